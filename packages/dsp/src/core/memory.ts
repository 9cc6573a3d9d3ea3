/** What Node has beside arrays: memory that is not cleared before it is written. */
interface Uncleared {
  allocUnsafeSlow(bytes: number): { buffer: ArrayBuffer };
}

/** Bytes from which on fresh memory costs as much as what is written there. */
const large = 2 ** 17;

/** The largest block that glibc learns from is 32 MB. */
const lesson = 31 * 2 ** 20;
let taught = false;

/**
 * Room for the numbers of a result, all of which must be written.
 *
 * Large results in Node are not cleared first, and come from memory that earlier ones left: glibc gives it back to the system, page by page to be
 * asked for again, once more is free than twice the largest block that it has ever seen freed. So it sees a large one, which nobody touches and
 * which therefore takes no memory.
 */
export function createNumbers(count: number): Float32Array {
  const { Buffer } = globalThis as { Buffer?: Uncleared };
  if (4 * count < large || !Buffer) return new Float32Array(count);
  if (!taught) Buffer.allocUnsafeSlow(lesson);
  taught = true;
  return new Float32Array(Buffer.allocUnsafeSlow(4 * count).buffer, 0, count);
}
