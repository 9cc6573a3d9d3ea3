import { createPool } from "./decoderPool.js";
import { AudioFormatError } from "./errors.js";

/** A number or an array in the decoder's memory. */
interface Slot<T> {
  ptr: number;
  buf: T;
}

/** The inside of the decoder, which takes packets; its outside would parse the Ogg pages again, slowly and without checking them. */
interface Internals {
  _firstPage: boolean;
  _decoder: number;
  _common: {
    wasm: {
      HEAP: ArrayBuffer;
      create_decoder(...pointers: number[]): number;
      destroy_decoder(decoder: number): void;
      decode_packets(decoder: number): void;
    };
  };
  _input: Slot<Uint8Array>;
  _inputLen: Slot<Uint32Array>;
  _outputBufferPtr: Slot<Uint32Array>;
  _channels: Slot<Uint32Array>;
  _sampleRate: Slot<Uint32Array>;
  _samplesDecoded: Slot<Uint32Array>;
  _errors: Slot<Uint32Array>;
  _errorsLength: Slot<Int32Array>;
  sendSetupHeader(packet: Uint8Array): void;
  initDsp(): void;
}

/**
 * Decodes the packets of one stream, on a decoder that may have served before; once more on a fresh memory where a used one fails.
 *
 * @param headers identification and setup packets
 * @param out one array a channel, filled from the start
 * @returns samples decoded, at most as many as `out` holds
 * @throws AudioFormatError if the decoder gives up
 */
export async function withVorbisDecoder(
  headers: readonly Uint8Array[],
  packets: readonly Uint8Array[],
  out: readonly Float32Array[],
): Promise<number> {
  try {
    const { made } = await pool.use(
      (inner) => {
        for (const header of headers) inner.sendSetupHeader(header);
        inner.initDsp();
        return decodePackets(inner, packets, out);
      },
      ({ made, errors }) => made === out[0].length && errors === 0,
    );
    return made;
  } catch (error) {
    throw new AudioFormatError(`decodeVorbis: the stream cannot be decoded (${String(error).slice(0, 80)}).`, {
      cause: error,
    });
  }
}

/** Straight from the decoder's memory into the result: its own function makes two arrays a packet and joins them afterwards. */
function decodePackets(inner: Internals, packets: readonly Uint8Array[], out: readonly Float32Array[]) {
  const { wasm } = inner._common;
  const wanted = out[0].length;
  let at = 0;
  let errors = 0;
  for (const packet of packets) {
    if (at >= wanted) break;
    inner._input.buf.set(packet);
    inner._inputLen.buf[0] = packet.length;
    wasm.decode_packets(inner._decoder);
    errors += inner._errorsLength.buf[0];
    inner._errorsLength.buf[0] = 0;
    const count = Math.min(inner._samplesDecoded.buf[0], wanted - at);
    const pointers = new Uint32Array(wasm.HEAP, inner._outputBufferPtr.buf[0], out.length);
    for (let c = 0; c < out.length && count > 0; c++) out[c].set(new Float32Array(wasm.HEAP, pointers[c], count), at);
    at += count;
  }
  return { made: at, errors };
}

const pool = createPool(
  () => import("@wasm-audio-decoders/ogg-vorbis"),
  async ({ OggVorbisDecoder }) => {
    const outer = new OggVorbisDecoder();
    await outer.ready;
    return (outer as unknown as { _decoder: Internals })._decoder;
  },
  (inner) => {
    const { wasm } = inner._common;
    wasm.destroy_decoder(inner._decoder);
    const { _input, _inputLen, _outputBufferPtr, _channels, _sampleRate, _samplesDecoded, _errors, _errorsLength } =
      inner;
    const output = [_outputBufferPtr, _channels, _sampleRate, _samplesDecoded, _errors, _errorsLength];
    inner._decoder = wasm.create_decoder(...[_input, _inputLen, ...output].map(({ ptr }) => ptr), 256);
    inner._firstPage = true;
  },
);
