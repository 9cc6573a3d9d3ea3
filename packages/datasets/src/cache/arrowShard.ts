import { fieldAt, finishFlat, follow, list, type Part, table, text, words } from "./flatbuffer.js";

/** Features of one recording as they are stored. */
export interface StoredFeatures {
  /** Fingerprint of the decoded sound. */
  audio: string;
  /** Id of the item that it was made for, for people who open the file. */
  id: string;
  /** frames × features. */
  matrix: { data: Float32Array; rows: number; cols: number };
  /** Seconds that decoding and extracting took. */
  seconds: number;
}

const magic = Uint8Array.from("ARROW1", (c) => c.charCodeAt(0));
/** Metadata version 5, as a 16-bit field. */
const version = [2, 4] as const;
const [schemaHeader, batchHeader] = [1, 3];
const [int, float, utf8, listType] = [2, 3, 5, 12];

const field = (name: string, kind: number, type: Part, children: Part[] = []): Part =>
  table(text(name), [1, 0], [1, kind], type, undefined, list(...children));
const int32 = table([4, 32], [1, 1]);
const float32 = table([2, 1]);
const schema = table(
  [2, 0],
  list(
    field("audio", utf8, table()),
    field("id", utf8, table()),
    field("rows", int, int32),
    field("cols", int, int32),
    field("seconds", float, float32),
    field("values", listType, table(), [field("item", float, float32)]),
  ),
);

/** Bytes rounded up to whole groups of eight. */
const padded = (length: number): number => Math.ceil(length / 8) * 8;

/**
 * Writes features as an Arrow IPC file (Feather 2): columns audio, id, rows, cols, seconds, values (list of float32, row by row).
 *
 * Written by hand, because loading a whole Arrow library takes longer than computing the features of thousands of short clips.
 *
 * Source: Apache Arrow columnar format 1.5, IPC file format. Read by pyarrow and apache-arrow in the tests.
 */
export function encodeShard(entries: readonly StoredFeatures[]): Uint8Array {
  const n = entries.length;
  const [audio, id] = [entries.map((e) => e.audio), entries.map((e) => e.id)].map(packTexts);
  const offsets = new Int32Array(n + 1);
  entries.forEach((e, i) => {
    offsets[i + 1] = offsets[i] + e.matrix.data.length;
  });
  const values = new Float32Array(offsets[n]);
  entries.forEach((e, i) => {
    values.set(e.matrix.data, offsets[i]);
  });
  const none = new Uint8Array(0);
  const columns: ArrayBufferView[] = [
    ...[none, audio.offsets, audio.bytes, none, id.offsets, id.bytes],
    ...[none, Int32Array.from(entries, (e) => e.matrix.rows), none, Int32Array.from(entries, (e) => e.matrix.cols)],
    ...[none, Float32Array.from(entries, (e) => e.seconds), none, offsets, none, values],
  ];
  const nodes = [n, n, n, n, n, n, values.length].flatMap((length) => [length, 0]);
  const places: number[] = [];
  let bodyLength = 0;
  for (const column of columns) {
    places.push(bodyLength, column.byteLength);
    bodyLength += padded(column.byteLength);
  }
  const schemaMessage = message(schemaHeader, schema, 0);
  const batchMessage = message(batchHeader, table([8, n], words(2, nodes), words(2, places)), bodyLength);
  const batchAt = 8 + schemaMessage.length;
  // The padding of a block's 32-bit field makes it a word: high half zero.
  const footer = finishFlat(table(version, schema, words(3, []), words(3, [batchAt, batchMessage.length, bodyLength])));

  const out = new Uint8Array(batchAt + batchMessage.length + bodyLength + 8 + footer.length + 10);
  const view = new DataView(out.buffer);
  out.set(magic);
  out.set(schemaMessage, 8);
  out.set(batchMessage, batchAt);
  const bodyAt = batchAt + batchMessage.length;
  columns.forEach((column, i) => {
    out.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), bodyAt + places[2 * i]);
  });
  const endAt = bodyAt + bodyLength;
  view.setUint32(endAt, 0xffffffff, true);
  out.set(footer, endAt + 8);
  view.setInt32(endAt + 8 + footer.length, footer.length, true);
  out.set(magic, out.length - 6);
  return out;
}

/** A message with its prefix, padded to whole groups of eight. */
function message(kind: number, header: Part, bodyLength: number): Uint8Array {
  const flat = finishFlat(table(version, [1, kind], header, [8, bodyLength]));
  const out = new Uint8Array(8 + padded(flat.length));
  const view = new DataView(out.buffer);
  view.setUint32(0, 0xffffffff, true);
  view.setInt32(4, padded(flat.length), true);
  out.set(flat, 8);
  return out;
}

function packTexts(values: readonly string[]): { offsets: Int32Array; bytes: Uint8Array } {
  const encoded = values.map((value) => new TextEncoder().encode(value));
  const offsets = new Int32Array(values.length + 1);
  encoded.forEach((bytes, i) => {
    offsets[i + 1] = offsets[i] + bytes.length;
  });
  const bytes = new Uint8Array(offsets[values.length]);
  encoded.forEach((part, i) => {
    bytes.set(part, offsets[i]);
  });
  return { offsets, bytes };
}

/**
 * Reads what {@link encodeShard} wrote; the matrices are views of the file's bytes.
 *
 * @throws Error if the bytes are no such file, or contradict themselves
 */
export function decodeShard(file: Uint8Array): StoredFeatures[] {
  // Views of 4-byte numbers need an aligned start.
  const bytes = file.byteOffset % 8 === 0 ? file : Uint8Array.from(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 32 || !magic.every((c, i) => bytes[i] === c && bytes[bytes.length - 6 + i] === c))
    throw new Error("this is no Arrow file");
  const footerAt = bytes.length - 10 - view.getInt32(bytes.length - 10, true);
  const blocks = follow(view, fieldAt(view, follow(view, footerAt), 3));
  if (view.getUint32(blocks, true) !== 1) throw new Error("one record batch was expected");
  const messageAt = Number(view.getBigInt64(blocks + 4, true));
  const bodyAt = messageAt + view.getInt32(blocks + 12, true);
  const batch = follow(view, fieldAt(view, follow(view, messageAt + 8), 2));
  const n = Number(view.getBigInt64(fieldAt(view, batch, 0), true));
  const buffers = follow(view, fieldAt(view, batch, 2));
  if (view.getUint32(buffers, true) !== 16) throw new Error("the columns are not those of features");
  const place = (i: number): [start: number, length: number] => {
    const at = buffers + 4 + 16 * i;
    return [bytes.byteOffset + bodyAt + Number(view.getBigInt64(at, true)), Number(view.getBigInt64(at + 8, true))];
  };
  const int32s = (i: number): Int32Array => new Int32Array(bytes.buffer, place(i)[0], place(i)[1] / 4);
  const float32s = (i: number): Float32Array => new Float32Array(bytes.buffer, place(i)[0], place(i)[1] / 4);
  const [audio, id] = [1, 4].map((i) => textReader(int32s(i), new Uint8Array(bytes.buffer, ...place(i + 1))));
  const [rows, cols, seconds, offsets, values] = [int32s(7), int32s(9), float32s(11), int32s(13), float32s(15)];
  return Array.from({ length: n }, (_, i) => {
    const data = values.subarray(offsets[i], offsets[i + 1]);
    if (data.length !== rows[i] * cols[i]) throw new Error(`row ${i} does not hold ${rows[i]} × ${cols[i]} values`);
    return { audio: audio(i), id: id(i), matrix: { data, rows: rows[i], cols: cols[i] }, seconds: seconds[i] };
  });
}

function textReader(offsets: Int32Array, bytes: Uint8Array): (i: number) => string {
  const decoder = new TextDecoder();
  return (i) => decoder.decode(bytes.subarray(offsets[i], offsets[i + 1]));
}
