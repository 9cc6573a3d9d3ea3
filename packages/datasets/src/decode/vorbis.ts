import type { AudioInfo, MultichannelClip } from "./clip.js";
import { AudioFormatError } from "./errors.js";
import { type OggPackets, readOggPackets } from "./ogg.js";
import { requireSpan, type SpanOptions } from "./span.js";

/** The part of the decoder's inside that takes packets; its outside would parse the Ogg pages again, slowly and without checking them. */
interface PacketDecoder {
  sendSetupHeader(packet: Uint8Array): void;
  initDsp(): void;
  decodePackets(packets: Uint8Array[]): { channelData: Float32Array[]; samplesDecoded: number };
  /** Forgets the stream; leaves some memory lost. */
  reset(): void;
  /** Starts anew with a memory of its own. */
  renew(): Promise<void>;
  /** Streams decoded since the memory is new. */
  uses: number;
}

/** Streams decoded before the decoder gets a new memory: making one costs more than decoding a short file. */
const usesOfOneMemory = 24;

/** The largest packet that the decoder's memory takes. */
const largestPacket = 128 * 1024;

/** Decoders that wait for work. */
const idle: PacketDecoder[] = [];

/**
 * What the headers of a Vorbis stream say.
 *
 * @throws AudioFormatError if the identification header is cut or impossible
 */
export function readVorbisInfo({ packets, lastGranule }: OggPackets): AudioInfo & { blockSizes: [number, number] } {
  const head = packets[0];
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
 * Decodes Ogg Vorbis; of the wanted part alone where there is an offset or a duration.
 *
 * @throws AudioFormatError if a page or a header is damaged, or the file is cut
 * Agrees with libvorbis within 1e-4 (single precision against its own).
 */
export async function decodeVorbis(
  bytes: Uint8Array,
  { truncated, ...span }: SpanOptions & { truncated?: "error" | "keep" } = {},
): Promise<MultichannelClip> {
  const ogg = readOggPackets(bytes, { truncated });
  const { sampleRate, channels, frames = 0, blockSizes } = readVorbisInfo(ogg);
  const [first, count] = requireSpan("decode", span, frames, sampleRate);
  if (count === 0) return { channels: Array.from({ length: channels }, () => new Float32Array(0)), sampleRate };
  const oversized = ogg.packets.find((packet) => packet.length > largestPacket);
  if (oversized) fail(`a packet has ${oversized.length} bytes, more than ${largestPacket}`);
  const { from, to, start } = packetsFor(ogg, first, first + count, blockSizes[1]);

  const wanted = first - start + count;
  const packets = ogg.packets.slice(from, to);
  const decoded = await withDecoder((decoder) => {
    decoder.sendSetupHeader(ogg.packets[0]);
    decoder.sendSetupHeader(ogg.packets[2]);
    decoder.initDsp();
    const { channelData, samplesDecoded } = decoder.decodePackets(packets);
    return channelData.length === channels && samplesDecoded >= wanted ? channelData : samplesDecoded;
  });
  if (typeof decoded === "number") {
    return fail(`the stream claims ${frames} samples, but ${start + decoded} were decoded`);
  }
  return { channels: decoded.map((c) => c.subarray(first - start, first - start + count)), sampleRate };
}

/**
 * Runs `work` on a decoder, once more on a fresh one if it fails on a used one: used ones run out of memory in time.
 */
async function withDecoder(
  work: (decoder: PacketDecoder) => Float32Array[] | number,
): Promise<Float32Array[] | number> {
  const decoder = idle.pop() ?? (await createDecoder());
  const attempt = (): Float32Array[] | number => {
    try {
      return work(decoder);
    } catch (error) {
      throw new AudioFormatError(`decodeVorbis: the stream cannot be decoded (${String(error).slice(0, 80)}).`, {
        cause: error,
      });
    }
  };
  let fresh = decoder.uses === 0;
  try {
    decoder.uses++;
    const decoded = attempt();
    if (fresh || typeof decoded !== "number") return decoded;
    await decoder.renew();
    fresh = true;
    return attempt();
  } catch (error) {
    if (fresh) throw error;
    await decoder.renew();
    return attempt();
  } finally {
    if (decoder.uses >= usesOfOneMemory) await decoder.renew();
    else decoder.reset();
    if (idle.length < 4) idle.push(decoder);
  }
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

interface Internals {
  _firstPage: boolean;
  _decoder: number;
  _common: { wasm: { create_decoder(...pointers: number[]): number; destroy_decoder(decoder: number): void } };
  sendSetupHeader: PacketDecoder["sendSetupHeader"];
  initDsp: PacketDecoder["initDsp"];
  decodePackets: PacketDecoder["decodePackets"];
  reset(): Promise<void>;
}

async function createDecoder(): Promise<PacketDecoder> {
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const outer = new OggVorbisDecoder();
  await outer.ready;
  const inner = (outer as unknown as { _decoder: Internals })._decoder;
  const self: PacketDecoder = {
    uses: 0,
    sendSetupHeader: (packet) => inner.sendSetupHeader(packet),
    initDsp: () => inner.initDsp(),
    decodePackets: (packets) => inner.decodePackets(packets),
    reset() {
      const { wasm } = inner._common;
      wasm.destroy_decoder(inner._decoder);
      inner._decoder = wasm.create_decoder(...pointersOf(inner));
      inner._firstPage = true;
    },
    async renew() {
      await inner.reset();
      self.uses = 0;
    },
  };
  return self;
}

function pointersOf(inner: Internals): number[] {
  const fields = inner as unknown as Record<string, { ptr: number }>;
  const names = [
    "_input",
    "_inputLen",
    "_outputBufferPtr",
    "_channels",
    "_sampleRate",
    "_samplesDecoded",
    "_errors",
    "_errorsLength",
  ];
  return [...names.map((name) => fields[name].ptr), 256];
}

function fail(message: string): never {
  throw new AudioFormatError(`decodeVorbis: ${message}.`);
}
