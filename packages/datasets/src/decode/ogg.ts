import { AudioFormatError } from "./errors.js";

/** The packets of one logical stream of an Ogg file. */
export interface OggPackets {
  packets: Uint8Array[];
  /** For each packet, the granule position of the page that ends with it, or −1 where another packet follows on its page. */
  granules: number[];
  /** Granule position of the last page: samples in all, by the coding's own rule. */
  lastGranule: number;
  /** Byte behind its last page. */
  end: number;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n << 24;
  for (let k = 0; k < 8; k++) c = c & 0x80000000 ? (c << 1) ^ 0x04c11db7 : c << 1;
  return c >>> 0;
});

/**
 * Takes a file apart into its streams, one behind the other: radio recorded over several songs, or files that were joined.
 *
 * @returns at least one; what follows the last and is no stream is left alone
 * @throws AudioFormatError as {@link readOggPackets}
 */
export function readOggChain(
  bytes: Uint8Array,
  options: { truncated?: "error" | "keep" } = {},
): [OggPackets, ...OggPackets[]] {
  const first = readOggPackets(bytes, options);
  const chain: [OggPackets, ...OggPackets[]] = [first];
  for (let at = nextStream(bytes, first.end); at < bytes.length; ) {
    const next = readOggPackets(bytes, { ...options, start: at });
    if (next.packets.length === 0) break;
    chain.push(next);
    at = nextStream(bytes, next.end);
  }
  return chain;
}

/** The first page that begins a stream; those of streams that went beside the one before are passed by. */
function nextStream(bytes: Uint8Array, from: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = from; at + 27 <= bytes.length && view.getUint32(at, false) === pageMark; ) {
    if ((bytes[at + 5] & 2) !== 0) return at;
    const laces = bytes.subarray(at + 27, at + 27 + bytes[at + 26]);
    at += 27 + laces.length + laces.reduce((sum, lace) => sum + lace, 0);
  }
  return bytes.length;
}

/** "OggS" */
const pageMark = 0x4f676753;

/**
 * Takes the first stream of an Ogg file apart into packets; the check sum of every page is verified.
 *
 * @param options.start byte of its first page (default 0)
 * @param options.truncated "error" (default): the stream must have its last page; "keep": what is whole counts
 * @throws AudioFormatError naming the byte, if a page is cut, damaged or missing
 * Source: RFC 3533.
 */
export function readOggPackets(
  bytes: Uint8Array,
  { truncated = "error", start: begin = 0 }: { truncated?: "error" | "keep"; start?: number } = {},
): OggPackets {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets: Uint8Array[] = [];
  const granules: number[] = [];
  let parts: Uint8Array[] = [];
  let serial: number | undefined;
  let lastSequence = -1;
  let lastGranule = 0;
  let ended = false;

  let at = begin;
  while (at < bytes.length && !ended) {
    const page = readPage(bytes, view, at, truncated);
    if (page === undefined) break;
    if (serial === undefined) serial = page.serial;
    if (page.serial === serial) {
      if (lastSequence >= 0 && page.sequence !== lastSequence + 1) {
        fail(`page ${lastSequence + 1} is missing before byte ${at}`, at);
      }
      lastSequence = page.sequence;
      if (page.continued !== parts.length > 0) fail(`the page at byte ${at} does not continue the one before`, at);
      const before = packets.length;
      let start = page.dataStart;
      let length = 0;
      for (const lace of page.laces) {
        length += lace;
        if (lace === 255) continue;
        const part = bytes.subarray(start, start + length);
        packets.push(parts.length === 0 ? part : joined([...parts, part]));
        granules.push(-1);
        parts = [];
        start += length;
        length = 0;
      }
      if (length > 0 || page.laces[page.laces.length - 1] === 255) parts.push(bytes.subarray(start, start + length));
      if (packets.length > before) {
        granules[packets.length - 1] = page.granule;
        if (page.granule >= 0) lastGranule = page.granule;
      }
      ended = page.last;
    }
    at = page.end;
  }
  if (!ended && truncated === "error")
    fail("the file ends before the last page of its stream; it looks truncated", bytes.length);
  return { packets, granules, lastGranule, end: at };
}

interface Page {
  serial: number;
  sequence: number;
  granule: number;
  continued: boolean;
  last: boolean;
  laces: Uint8Array;
  dataStart: number;
  end: number;
}

function readPage(bytes: Uint8Array, view: DataView, at: number, truncated: "error" | "keep"): Page | undefined {
  const laceCount = at + 27 <= bytes.length ? bytes[at + 26] : 0;
  const dataStart = at + 27 + laceCount;
  const laces = bytes.subarray(at + 27, dataStart);
  const end = laces.reduce((sum, lace) => sum + lace, dataStart);
  const isPage = at + 4 <= bytes.length && view.getUint32(at, false) === pageMark;
  if (isPage && (at + 27 > bytes.length || end > bytes.length)) {
    if (truncated === "keep") return undefined;
    fail(`the page at byte ${at} is cut; the file looks truncated`, at);
  }
  if (!isPage) {
    if (truncated === "keep") return undefined;
    fail(`no Ogg page starts at byte ${at}`, at);
  }
  if (bytes[at + 4] !== 0) fail(`the page at byte ${at} has version ${bytes[at + 4]}, not 0`, at);
  if (pageCrc(bytes, at, end) !== view.getUint32(at + 22, true))
    fail(`the page at byte ${at} is damaged (its check sum differs)`, at);
  return {
    serial: view.getUint32(at + 14, true),
    sequence: view.getUint32(at + 18, true),
    granule: Number(view.getBigInt64(at + 6, true)),
    continued: (bytes[at + 5] & 1) !== 0,
    last: (bytes[at + 5] & 4) !== 0,
    laces,
    dataStart,
    end,
  };
}

/** CRC-32 of a page, its own check sum taken as zero. */
export function pageCrc(bytes: Uint8Array, at: number, end: number): number {
  let crc = 0;
  for (let i = at; i < at + 22; i++) crc = (crc << 8) ^ crcTable[(crc >>> 24) ^ bytes[i]];
  for (let i = 0; i < 4; i++) crc = (crc << 8) ^ crcTable[crc >>> 24];
  for (let i = at + 26; i < end; i++) crc = (crc << 8) ^ crcTable[(crc >>> 24) ^ bytes[i]];
  return crc >>> 0;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function fail(message: string, byte: number): never {
  throw new AudioFormatError(`decodeOgg: ${message}.`, { byte });
}
