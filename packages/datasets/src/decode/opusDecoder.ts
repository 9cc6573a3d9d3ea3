import { createPool, type DecoderPool } from "./decoderPool.js";
import { AudioFormatError } from "./errors.js";

/** How the channels of a stream are coded. Source: RFC 7845 §5.1.1. */
export interface OpusMapping {
  channels: number;
  streamCount: number;
  coupledStreamCount: number;
  /** For each channel the decoded one that it is; 255 is silence. */
  channelMappingTable: number[];
}

interface Decoded {
  channelData: Float32Array[];
  errors: { message: string }[];
}

/** The decoder of packets within that of files, which would parse the Ogg pages again, without checking them, and take a new memory for each. */
interface PacketDecoder {
  ready: Promise<void>;
  decodeFrames(packets: readonly Uint8Array[]): Decoded;
  _inputSize: number;
  _decoder: number;
  _common: {
    wasm: {
      opus_frame_decoder_create(...numbers: number[]): number;
      opus_frame_decoder_destroy(decoder: number): void;
      free(pointer: number): void;
    };
    allocateTypedArray(length: number, type: Uint8ArrayConstructor): { ptr: number; buf: Uint8Array };
  };
}

/** The longest packet of one stream that there can be: 48 frames of 1,275 bytes and their lengths. */
const largestPacket = 48 * 1277 + 2;

/**
 * Decodes packets at 48 kHz, from their first sample on.
 *
 * @returns one array a channel; packets that cannot be decoded have a message each, and make no sample
 * @throws AudioFormatError if the decoder gives up
 */
export async function decodeOpusPackets(packets: readonly Uint8Array[], mapping: OpusMapping): Promise<Decoded> {
  try {
    return await poolFor(mapping).use(
      (decoder) => decoder.decodeFrames(packets),
      ({ errors }) => errors.length === 0,
    );
  } catch (error) {
    throw new AudioFormatError(`decodeOpus: the stream cannot be decoded (${String(error).slice(0, 80)}).`, {
      cause: error,
    });
  }
}

/** Decoders are made for a mapping. Those of mono and stereo wait for the next stream, and of the many others those of the last one. */
function poolFor(mapping: OpusMapping): DecoderPool<PacketDecoder> {
  const key = Object.values(mapping).join();
  const pool = pools.get(key) ?? createOpusPool(mapping);
  const [, , last] = pools.keys();
  if (!pools.has(key)) pools.delete(last);
  pools.set(key, pool);
  return pool;
}

function createOpusPool(mapping: OpusMapping): DecoderPool<PacketDecoder> {
  const { channels, streamCount, coupledStreamCount, channelMappingTable } = mapping;
  return createPool(
    loadDecoder,
    async (Decoder) => {
      const decoder = new Decoder({ ...mapping, sampleRate: 48_000, preSkip: 0 });
      // Its own guess is too small for long packets at high rates.
      decoder._inputSize = streamCount * largestPacket;
      await decoder.ready;
      return decoder;
    },
    (decoder) => {
      const { wasm } = decoder._common;
      wasm.opus_frame_decoder_destroy(decoder._decoder);
      wasm.free(decoder._decoder);
      const table = decoder._common.allocateTypedArray(channels, Uint8Array);
      table.buf.set(channelMappingTable);
      decoder._decoder = wasm.opus_frame_decoder_create(
        ...[48_000, channels, streamCount, coupledStreamCount, table.ptr, 0, 0],
      );
    },
  );
}

type PacketDecoderClass = new (options: OpusMapping & { sampleRate: number; preSkip: number }) => PacketDecoder;

let packetDecoder: Promise<PacketDecoderClass> | undefined;

function loadDecoder(): Promise<PacketDecoderClass> {
  packetDecoder ??= import("ogg-opus-decoder").then(async ({ OggOpusDecoder }) => {
    const outer = new OggOpusDecoder() as unknown as {
      _decoderLibraryLoaded: Promise<void>;
      _decoderClass: PacketDecoderClass;
    };
    await outer._decoderLibraryLoaded;
    return outer._decoderClass;
  });
  return packetDecoder;
}

/** Mono and stereo. */
export const commonMappings: readonly OpusMapping[] = [
  { channels: 1, streamCount: 1, coupledStreamCount: 0, channelMappingTable: [0] },
  { channels: 2, streamCount: 1, coupledStreamCount: 1, channelMappingTable: [0, 1] },
];
const pools = new Map(commonMappings.map((mapping) => [Object.values(mapping).join(), createOpusPool(mapping)]));
