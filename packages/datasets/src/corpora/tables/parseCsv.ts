/**
 * Splits text into rows of fields: RFC 4180 with any of `,`, `;` or tab, quotes doubled inside quotes, LF or CRLF.
 *
 * @param options.delimiter (default ",")
 * @returns rows; empty lines are left out, and a byte-order mark
 * @throws RangeError if a quote is never closed
 */
export function parseCsv(text: string, { delimiter = "," }: { delimiter?: string } = {}): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const end = text.length;
  while (at < end) {
    let field: string;
    if (text[at] === '"') {
      field = "";
      const opened = at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) throw new RangeError(`parseCsv: the quote at character ${opened} is never closed.`);
        field += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        field += '"';
        at++;
      }
      // What stands between the closing quote and the delimiter belongs to the field, as spreadsheets read it.
      const stop = fieldEnd(text, at, delimiter);
      field += text.slice(at, stop);
      at = stop;
    } else {
      const stop = fieldEnd(text, at, delimiter);
      field = text.slice(at, stop);
      at = stop;
    }
    row.push(field);
    if (text[at] === delimiter) {
      at++;
      if (at === end) row.push("");
      else continue;
    }
    if (text[at] === "\r" && text[at + 1] === "\n") at++;
    at++;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  }
  return rows;
}

function fieldEnd(text: string, from: number, delimiter: string): number {
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === delimiter || c === "\n" || (c === "\r" && (text[i + 1] === "\n" || i + 1 === text.length))) return i;
  }
  return text.length;
}
