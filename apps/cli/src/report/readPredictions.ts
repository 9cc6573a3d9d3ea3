import { parseCsv } from "@earshot/datasets";
import { UserError } from "../cli/errors.js";
import type { Predictions } from "../judge/predictions.js";

const [comma, newline, carriage, quote, dot, zero] = [44, 10, 13, 34, 46, 48];

/**
 * `predictions.csv` as it was written; groups and turns are not in it. Read byte by byte: a hundred thousand items of several
 * hundred classes are a quarter of a gigabyte.
 *
 * @throws UserError naming the row that is not `id,label` and a number a class
 */
export function readPredictions(csv: Uint8Array | string): Predictions {
  const bytes = Buffer.from(csv as Uint8Array);
  const head = endOfRow(bytes, 0);
  const [header = []] = parseCsv(bytes.toString("utf8", 0, head));
  const classes = header.slice(2);
  const k = classes.length;
  const ids: string[] = [];
  const yTrue: string[] = [];
  let probabilities = new Float64Array(Math.max(1024, Math.ceil(bytes.length / 9)));
  let count = 0;
  for (let at = head + 1; at < bytes.length; ) {
    const [id, afterId] = readField(bytes, at);
    const [label, afterLabel] = readField(bytes, afterId + 1);
    at = afterLabel;
    if (count + k > probabilities.length) probabilities = grown(probabilities);
    for (let c = 0; c < k; c++) {
      if (bytes[at] !== comma) throw wrongRow(ids.length, k);
      const from = ++at;
      let value = 0;
      let scale = 0;
      for (; at < bytes.length; at++) {
        const digit = bytes[at] - zero;
        if (digit >= 0 && digit <= 9) {
          value = value * 10 + digit;
          scale *= 10;
        } else if (bytes[at] === dot && scale === 0) scale = 1;
        else break;
      }
      // Whatever is no plain decimal (an exponent, a sign, nothing at all) is read as JavaScript reads it.
      if (bytes[at] === comma || bytes[at] === newline || bytes[at] === carriage || at >= bytes.length) {
        if (at === from) throw wrongRow(ids.length, k);
        probabilities[count++] =
          at - from > 16 ? Number(bytes.toString("latin1", from, at)) : scale > 1 ? value / scale : value;
      } else {
        at = endOfNumber(bytes, at);
        probabilities[count++] = Number(bytes.toString("latin1", from, at));
        if (Number.isNaN(probabilities[count - 1])) throw wrongRow(ids.length, k);
      }
    }
    ids.push(id);
    yTrue.push(label);
    if (bytes[at] === carriage) at++;
    if (at < bytes.length && bytes[at] !== newline) throw wrongRow(ids.length - 1, k);
    at++;
  }
  return {
    ids,
    yTrue,
    groups: ids.map(() => undefined),
    turns: ids.map(() => ""),
    classes,
    probabilities: probabilities.slice(0, count),
  };
}

const wrongRow = (row: number, k: number): UserError =>
  new UserError(`predictions.csv: row ${row + 1} must hold id, label and ${k} numbers; train the run again.`);

function grown(values: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(2 * values.length);
  more.set(values);
  return more;
}

/** Place of the line end that closes a row; line ends within quotes do not. */
function endOfRow(bytes: Buffer, from: number): number {
  let quoted = false;
  for (let i = from; i < bytes.length; i++) {
    if (bytes[i] === quote) quoted = !quoted;
    else if (bytes[i] === newline && !quoted) return i;
  }
  return bytes.length;
}

/** Text of a field and the place of what ends it. */
function readField(bytes: Buffer, from: number): [text: string, end: number] {
  let end = from;
  if (bytes[from] !== quote) {
    while (end < bytes.length && bytes[end] !== comma && bytes[end] !== newline) end++;
    return [bytes.toString("utf8", from, end), end];
  }
  do {
    end = bytes.indexOf(quote, end + 1);
    if (end < 0) throw new UserError("predictions.csv: a quote is never closed; train the run again.");
  } while (bytes[++end] === quote);
  return [bytes.toString("utf8", from + 1, end - 1).replaceAll('""', '"'), end];
}

function endOfNumber(bytes: Buffer, from: number): number {
  let end = from;
  while (end < bytes.length && bytes[end] !== comma && bytes[end] !== newline && bytes[end] !== carriage) end++;
  return end;
}
