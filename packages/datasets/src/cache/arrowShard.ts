import { arrowMagic, encodeArrow } from "./arrowFile.js";
import { fieldAt, follow } from "./flatbuffer.js";

/** Features of one recording as they are stored. */
export interface StoredFeatures {
  /** Fingerprint of the decoded sound. */
  audio: string;
  /** Id of the item that it was made for, for people who open the file. */
  id: string;
  /** frames × features. */
  matrix: { data: Float32Array; rows: number; cols: number };
  /** Seconds of sound. */
  durationSec: number;
  /** Seconds that decoding and extracting took. */
  seconds: number;
}

/** Writes features as an Arrow file: columns audio, id, rows, cols, durationSec, seconds, values (list of float32, row by row). */
export function encodeShard(entries: readonly StoredFeatures[]): Uint8Array {
  return encodeArrow([
    { name: "audio", kind: "text", values: entries.map((e) => e.audio) },
    { name: "id", kind: "text", values: entries.map((e) => e.id) },
    { name: "rows", kind: "int", values: entries.map((e) => e.matrix.rows) },
    { name: "cols", kind: "int", values: entries.map((e) => e.matrix.cols) },
    { name: "durationSec", kind: "double", values: entries.map((e) => e.durationSec) },
    { name: "seconds", kind: "float", values: entries.map((e) => e.seconds) },
    { name: "values", kind: "list", values: entries.map((e) => e.matrix.data) },
  ]);
}

/** Buffers of those columns: three a text, two a number, four a list. */
const bufferCount = 18;

/**
 * Reads what {@link encodeShard} wrote; the matrices are views of the file's bytes.
 *
 * @throws Error if the bytes are no such file, or contradict themselves
 */
export function decodeShard(file: Uint8Array): StoredFeatures[] {
  // Views of 4-byte numbers need an aligned start.
  const bytes = file.byteOffset % 8 === 0 ? file : Uint8Array.from(file);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 32 || !arrowMagic.every((c, i) => bytes[i] === c && bytes[bytes.length - 6 + i] === c))
    throw new Error("this is no Arrow file");
  const footerAt = bytes.length - 10 - view.getInt32(bytes.length - 10, true);
  const blocks = follow(view, fieldAt(view, follow(view, footerAt), 3));
  if (view.getUint32(blocks, true) !== 1) throw new Error("one record batch was expected");
  const messageAt = Number(view.getBigInt64(blocks + 4, true));
  const bodyAt = messageAt + view.getInt32(blocks + 12, true);
  const batch = follow(view, fieldAt(view, follow(view, messageAt + 8), 2));
  const n = Number(view.getBigInt64(fieldAt(view, batch, 0), true));
  const buffers = follow(view, fieldAt(view, batch, 2));
  if (view.getUint32(buffers, true) !== bufferCount) throw new Error("the columns are not those of features");
  const place = (i: number): [start: number, length: number] => {
    const at = buffers + 4 + 16 * i;
    return [bytes.byteOffset + bodyAt + Number(view.getBigInt64(at, true)), Number(view.getBigInt64(at + 8, true))];
  };
  const int32s = (i: number): Int32Array => new Int32Array(bytes.buffer, place(i)[0], place(i)[1] / 4);
  const float32s = (i: number): Float32Array => new Float32Array(bytes.buffer, place(i)[0], place(i)[1] / 4);
  const [audio, id] = [1, 4].map((i) => textReader(int32s(i), new Uint8Array(bytes.buffer, ...place(i + 1))));
  const [rows, cols, seconds, offsets, values] = [int32s(7), int32s(9), float32s(13), int32s(15), float32s(17)];
  const durations = new Float64Array(bytes.buffer, place(11)[0], place(11)[1] / 8);
  return Array.from({ length: n }, (_, i) => {
    const data = values.subarray(offsets[i], offsets[i + 1]);
    if (data.length !== rows[i] * cols[i]) throw new Error(`row ${i} does not hold ${rows[i]} × ${cols[i]} values`);
    return {
      audio: audio(i),
      id: id(i),
      matrix: { data, rows: rows[i], cols: cols[i] },
      durationSec: durations[i],
      seconds: seconds[i],
    };
  });
}

function textReader(offsets: Int32Array, bytes: Uint8Array): (i: number) => string {
  const decoder = new TextDecoder();
  return (i) => decoder.decode(bytes.subarray(offsets[i], offsets[i + 1]));
}
