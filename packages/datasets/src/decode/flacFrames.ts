/** A FLAC frame: where it begins, its first sample and how many it holds. */
export interface FlacFrame {
  at: number;
  firstSample: number;
  size: number;
}

/** What must be the same in every frame of a file, from its stream information. */
export interface FlacStream {
  audioOffset: number;
  /** Samples a frame where all but the last have the same number. */
  blockSize: number;
  channels: number;
  frames: number;
}

/** Bytes between two frames up to which walking is quicker than halving. */
const walkBytes = 2 ** 12;

/**
 * The bytes of the frames that hold a part of the sound, behind the file's own stream information (with its length and sum left out).
 *
 * Found by halving, with the check sum of every header, and of the frames passed by: only the frames wanted are ever decoded.
 *
 * @returns the shorter file and the number of samples before the part; undefined if anything is not as it should be, and the file must be decoded whole
 * Source: RFC 9639 §9.
 */
export function cutFlac(
  bytes: Uint8Array,
  stream: FlacStream,
  first: number,
  count: number,
): { bytes: Uint8Array; skip: number } | undefined {
  if (count === 0 || stream.blockSize === 0) return undefined;
  const last = frameBefore(bytes, stream, stream.frames - 1);
  // A file that is cut must not pass for whole because the part asked for is there.
  if (!last || last.firstSample + last.size !== stream.frames || !isWhole(bytes, last.at, bytes.length))
    return undefined;
  const from = frameBefore(bytes, stream, first);
  const to = frameBefore(bytes, stream, first + count - 1);
  if (!from || !to) return undefined;
  const end = to.at === last.at ? bytes.length : nextFrame(bytes, stream, to)?.at;
  if (end === undefined) return undefined;
  const head = headWithoutLength(bytes);
  const out = new Uint8Array(head.length + end - from.at);
  out.set(head);
  out.set(bytes.subarray(from.at, end), head.length);
  return { bytes: out, skip: first - from.firstSample };
}

/** The frame that holds a sample. */
function frameBefore(bytes: Uint8Array, stream: FlacStream, sample: number): FlacFrame | undefined {
  let frame = parseFrame(bytes, stream, stream.audioOffset);
  let high = bytes.length;
  while (frame && high - frame.at > walkBytes) {
    const middle = Math.floor((frame.at + high) / 2);
    const found = firstFrame(bytes, stream, middle, high);
    if (found && found.firstSample <= sample && found.firstSample > frame.firstSample) frame = found;
    else high = middle;
  }
  while (frame && frame.firstSample + frame.size <= sample) frame = nextFrame(bytes, stream, frame);
  return frame;
}

/** The frame behind another: the next header before which the other's check sum holds. */
function nextFrame(bytes: Uint8Array, stream: FlacStream, frame: FlacFrame): FlacFrame | undefined {
  for (let at = frame.at + 6; ; at++) {
    const next = firstFrame(bytes, stream, at, bytes.length);
    if (!next) return undefined;
    if (next.firstSample === frame.firstSample + frame.size && isWhole(bytes, frame.at, next.at)) return next;
    at = next.at;
  }
}

function firstFrame(bytes: Uint8Array, stream: FlacStream, from: number, to: number): FlacFrame | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0 && at < to; at = bytes.indexOf(0xff, at + 1)) {
    const frame = parseFrame(bytes, stream, at);
    if (frame) return frame;
  }
  return undefined;
}

/** The frame whose header stands here; undefined where none does, or one that is not of this stream. */
function parseFrame(bytes: Uint8Array, stream: FlacStream, at: number): FlacFrame | undefined {
  if (at + 6 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xfe) !== 0xf8) return undefined;
  const variable = (bytes[at + 1] & 1) !== 0;
  const sizeCode = bytes[at + 2] >> 4;
  const rateCode = bytes[at + 2] & 15;
  const channelCode = bytes[at + 3] >> 4;
  if (sizeCode === 0 || rateCode === 15 || (bytes[at + 3] & 1) !== 0) return undefined;
  if ((channelCode < 8 ? channelCode + 1 : channelCode < 11 ? 2 : 0) !== stream.channels) return undefined;
  const coded = codedNumber(bytes, at + 4);
  if (!coded) return undefined;
  let next = at + 4 + coded.length;
  let size = sizeCode === 1 ? 192 : sizeCode < 6 ? 576 << (sizeCode - 2) : 256 << (sizeCode - 8);
  if (sizeCode === 6) size = bytes[next] + 1;
  if (sizeCode === 7) size = ((bytes[next] << 8) | bytes[next + 1]) + 1;
  next += sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0;
  next += rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0;
  if (next >= bytes.length || crc8(bytes, at, next) !== bytes[next]) return undefined;
  const firstSample = variable ? coded.value : coded.value * stream.blockSize;
  return firstSample < stream.frames ? { at, firstSample, size } : undefined;
}

/** A number in the way of UTF-8, up to 36 bits. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; length: number } | undefined {
  const head = bytes[at];
  if (head < 0x80) return { value: head, length: 1 };
  const length = Math.clz32(~(head << 24));
  if (length < 2 || length > 7 || at + length > bytes.length) return undefined;
  let value = length === 7 ? 0 : head & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i] & 0xc0) !== 0x80) return undefined;
    value = value * 64 + (bytes[at + i] & 0x3f);
  }
  return { value, length };
}

/** Does the check sum of a frame hold, if it ends here? */
const isWhole = (bytes: Uint8Array, at: number, end: number): boolean => crc16(bytes, at, end) === 0;

/** The file's mark and stream information, made the only metadata; the number of samples and the sum of the sound are not those of a part. */
function headWithoutLength(bytes: Uint8Array): Uint8Array {
  const head = bytes.slice(0, 42);
  head[4] = 0x80;
  head[21] &= 0xf0;
  head.fill(0, 22, 42);
  return head;
}

/** Of a frame's head: CRC-8 of bytes [from, to). */
export function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let i = from; i < to; i++) {
    crc ^= bytes[i];
    for (let k = 0; k < 8; k++) crc = crc & 0x80 ? (crc << 1) ^ 0x07 : crc << 1;
    crc &= 0xff;
  }
  return crc;
}

const crc16Table = Uint16Array.from({ length: 256 }, (_, n) => {
  let c = n << 8;
  for (let k = 0; k < 8; k++) c = c & 0x8000 ? (c << 1) ^ 0x8005 : c << 1;
  return c;
});

/** CRC-16 of bytes [from, to); 0 over a frame with its own check sum behind it. */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let i = from; i < to; i++) crc = ((crc << 8) & 0xffff) ^ crc16Table[(crc >> 8) ^ bytes[i]];
  return crc;
}
