import type { AudioInfo, MultichannelClip } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { type OggPackets, readOggChain } from "./ogg.js";
import { decodeChain } from "./oggChain.js";
import type { SpanOptions } from "./span.js";
import { withVorbisDecoder } from "./vorbisDecoder.js";

/** The largest packet that the decoder's memory takes. */
const largestPacket = 128 * 1024;

/**
 * What the headers of a Vorbis stream say.
 *
 * @throws AudioFormatError if the identification header is cut or impossible
 */
export function readVorbisInfo({
  packets,
  lastGranule,
}: OggPackets): AudioInfo & { frames: number; blockSizes: [number, number] } {
  const head = packets[0] ?? fail("the stream holds no packet");
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (head.length < 30) fail(`the identification header has ${head.length} bytes, not 30`);
  const version = view.getUint32(7, true);
  const channels = head[11];
  const sampleRate = view.getUint32(12, true);
  const [short, long] = [1 << (head[28] & 15), 1 << (head[28] >> 4)];
  if (version !== 0) fail(`version ${version} is not known`);
  if (channels === 0 || channels > 8) fail(`channels must be 1 to 8, the header says ${channels}`);
  if (sampleRate === 0 || sampleRate > 768000)
    fail(`the sample rate must be 1 to 768000 Hz, the header says ${sampleRate}`);
  if (short < 64 || long > 8192 || short > long) fail(`block sizes ${short} and ${long} are not allowed`);
  if (packets.length < 3) fail("the file has no setup header");
  return {
    container: "ogg",
    codec: "vorbis",
    sampleRate,
    channels,
    frames: lastGranule,
    durationSec: lastGranule / sampleRate,
    blockSizes: [short, long],
  };
}

/**
 * Decodes Ogg Vorbis, all streams of a chain; of the wanted part alone where there is an offset or a duration.
 *
 * @throws AudioFormatError if a page or a header is damaged, the file is cut, or streams of a chain differ in rate or channels
 * Agrees with libvorbis within 1e-4 (single precision against its own).
 */
export function decodeVorbis(
  bytes: Uint8Array,
  { truncated, ...span }: SpanOptions & { truncated?: "error" | "keep" } = {},
): Promise<MultichannelClip> {
  const links = readOggChain(bytes, { truncated }).map((ogg) => ({ ogg, info: readVorbisInfo(ogg) }));
  return decodeChain(
    "decodeVorbis",
    links.map(({ info }) => info),
    span,
    (link, first, count) => decodeLink(links[link], first, count),
  );
}

/** Frames [first, first + count) of one stream. */
async function decodeLink(
  { ogg, info }: { ogg: OggPackets; info: ReturnType<typeof readVorbisInfo> },
  first: number,
  count: number,
): Promise<Float32Array[]> {
  const { channels, frames, blockSizes } = info;
  const oversized = ogg.packets.find((packet) => packet.length > largestPacket);
  if (oversized) fail(`a packet has ${oversized.length} bytes, more than ${largestPacket}`);
  // A packet makes at most half a long block: what is claimed must not become memory before it is believable.
  if (frames > (ogg.packets.length * blockSizes[1]) / 2) {
    fail(`the stream claims ${frames} samples, more than its ${ogg.packets.length} packets can hold`);
  }
  const { from, to, start } = packetsFor(ogg, first, first + count, blockSizes[1]);
  const wanted = first - start + count;
  const packets = ogg.packets.slice(from, to);
  const decoded = Array.from({ length: channels }, () => new Float32Array(wanted));
  const made = await withVorbisDecoder([ogg.packets[0], ogg.packets[2]], packets, decoded);
  if (made < wanted) return fail(`the stream claims ${frames} samples, but ${start + made} were decoded`);
  return decoded.map((c) => c.subarray(first - start, first - start + count));
}

/** Which packets make frames [first, end), and the frame with which their sound starts. */
function packetsFor({ packets, granules }: OggPackets, first: number, end: number, longBlock: number) {
  let from = 3;
  let start = 0;
  let to = packets.length;
  for (let i = 3; i < packets.length; i++) {
    if (granules[i] < 0) continue;
    // A page's granule is where the sound of its last packet ends; decoding starts one packet earlier, whose own half is lost.
    if (granules[i] + longBlock <= first && i < packets.length - 1) {
      from = i;
      start = granules[i];
    }
    if (granules[i] >= end) {
      to = i + 1;
      break;
    }
  }
  return { from, to, start };
}

function fail(message: string): never {
  throw new AudioFormatError(`decodeVorbis: ${message}.`);
}
