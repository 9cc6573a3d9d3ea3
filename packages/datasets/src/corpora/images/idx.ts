import { CorpusError } from "../types.js";

/** An array from an idx file. */
export interface IdxArray {
  shape: number[];
  /** Unsigned bytes, last dimension fastest. */
  data: Uint8Array;
}

/**
 * Reads an idx file of unsigned bytes, as MNIST and EMNIST are published.
 *
 * @param bytes the file, already unpacked
 * @throws CorpusError if it is cut, longer than it says, or of another type
 * Source: LeCun, Cortes, Burges, The MNIST database: FILE FORMATS.
 */
export function readIdx(bytes: Uint8Array, name = "idx"): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0) throw new CorpusError(`${name}: this is no idx file.`);
  if (bytes[2] !== 8) throw new CorpusError(`${name}: type 0x${bytes[2].toString(16)} is not unsigned bytes (0x8).`);
  const rank = bytes[3];
  const start = 4 + 4 * rank;
  if (rank === 0 || rank > 8 || bytes.length < start)
    throw new CorpusError(`${name}: the header of ${rank} dimensions is cut.`);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i, false));
  const count = shape.reduce((product, n) => product * n, 1);
  if (count !== bytes.length - start) {
    throw new CorpusError(`${name}: the header claims ${shape.join(" × ")} bytes, but ${bytes.length - start} follow.`);
  }
  return { shape, data: new Uint8Array(bytes.buffer, bytes.byteOffset + start, count) };
}
