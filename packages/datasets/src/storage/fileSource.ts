import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { ByteSource } from "../decode/byteSource.js";

/** One block of memory for all short reads: allocating for each of thousands of small files costs more than reading them. */
const scratch = new Uint8Array(2 ** 18);

/**
 * Reads a small file at once, or a large one in parts, and hands it to `work`; the file is closed afterwards.
 *
 * Reading is synchronous: for files that the system has in its memory that is several times as fast as the thread pool.
 *
 * @param work must not keep the source, nor views of what it read
 */
export function withFile<T>(path: string, work: (source: ByteSource) => T): T {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    if (size <= scratch.length) {
      const length = readFully(file, scratch, size, 0);
      return work({
        size: length,
        read: (offset, count) => scratch.subarray(offset, Math.min(offset + count, length)),
      });
    }
    return work({
      size,
      read(offset, count) {
        const bytes = new Uint8Array(Math.max(0, Math.min(count, size - offset)));
        return bytes.subarray(0, readFully(file, bytes, bytes.length, offset));
      },
    });
  } finally {
    closeSync(file);
  }
}

function readFully(file: number, into: Uint8Array, length: number, position: number): number {
  let done = 0;
  while (done < length) {
    const got = readSync(file, into, done, length - done, position + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}
