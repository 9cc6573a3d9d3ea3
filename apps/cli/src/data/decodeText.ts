/**
 * Text of UTF-8 or, where a byte order mark says so, UTF-16.
 *
 * @throws RangeError naming line, place and byte of what is neither
 */
export function decodeText(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const at = firstBadByte(bytes);
    const before = bytes.subarray(0, at);
    const line = before.reduce((lines, byte) => lines + Number(byte === 10), 1);
    const column = at - before.lastIndexOf(10);
    throw new RangeError(
      `line ${line} holds the byte 0x${bytes[at].toString(16)} at place ${column}, which is no UTF-8; save the file as UTF-8.`,
    );
  }
}

/** Where UTF-8 ends to be valid. */
function firstBadByte(bytes: Buffer): number {
  const isValid = (end: number, stream: boolean): boolean => {
    try {
      // Streaming: a character that the cut parts is none to complain of.
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end), { stream });
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isValid(middle, true)) low = middle;
    else high = middle;
  }
  // What seems to begin a character of several bytes is found out by what follows it.
  while (low > 0 && !isValid(low, false)) low--;
  return low;
}
