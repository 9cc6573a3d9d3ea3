let table: Uint8Array | undefined;

/** What each UTF-16 unit is: 1 part of a word (letter, number, underscore: Python's `\w`), 2 white space, 3 half a pair, 0 anything else. */
export function characterClasses(): Uint8Array {
  if (table) return table;
  table = new Uint8Array(65536);
  const word = /[\p{L}\p{Nd}\p{Nl}\p{No}_]/u;
  const space = /\s/;
  for (let unit = 0; unit < 65536; unit++) {
    const char = String.fromCharCode(unit);
    table[unit] = unit >= 0xd800 && unit < 0xe000 ? 3 : word.test(char) ? 1 : space.test(char) ? 2 : 0;
  }
  return table;
}

const wordPair = /^[\p{L}\p{Nd}\p{Nl}\p{No}]$/u;

/** Whether the pair of units at `i` is part of a word. */
export const isWordPair = (text: string, i: number): boolean => wordPair.test(text.slice(i, i + 2));

/** Letters without their accents: é → e, as scikit-learn's `strip_accents="unicode"`. */
export const stripAccents = (text: string): string => text.normalize("NFKD").replace(/\p{Mn}/gu, "");

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  eacute: "é",
  egrave: "è",
  uuml: "ü",
  ouml: "ö",
  auml: "ä",
};

/**
 * Text without HTML: tags and comments become blanks, scripts and styles go with their contents, entities become their characters.
 * A lone `<` stays.
 */
export function stripHtml(text: string): string {
  if (!/[<&]/.test(text)) return text;
  return withoutBlocks(text)
    .replace(/<\/?[a-z][^<>]*>/gi, " ")
    .replace(/&(#x?[0-9a-f]+|[a-z]+);/gi, (whole, name: string) => {
      if (name[0] !== "#") return entities[name.toLowerCase()] ?? whole;
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}

/** Scripts, styles and comments, from their start to their end; one pass, however many starts have no end. */
function withoutBlocks(text: string): string {
  const starts = /<(?:(script|style)\b[^<>]*>|!--)/gi;
  const endless = new Set<string>();
  let out = "";
  let from = 0;
  for (let found = starts.exec(text); found; found = starts.exec(text)) {
    const kind = found[1]?.toLowerCase() ?? "comment";
    if (endless.has(kind)) continue;
    const end = kind === "comment" ? /-->/g : new RegExp(`</${kind}\\s*>`, "gi");
    end.lastIndex = starts.lastIndex;
    if (end.exec(text) === null) endless.add(kind);
    else {
      out += `${text.slice(from, found.index)} `;
      from = end.lastIndex;
      starts.lastIndex = from;
    }
  }
  return out + text.slice(from);
}
