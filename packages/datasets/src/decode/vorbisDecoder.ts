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
  reset(): Promise<void>;
}

interface PooledDecoder {
  inner: Internals;
  /** Streams decoded since the memory is new. */
  uses: number;
}

/** Streams decoded before the decoder gets a new memory: making one costs more than decoding a short file, and each stream leaves some behind. */
const usesOfOneMemory = 24;
/** Decoders that wait for work. */
const idle: PooledDecoder[] = [];

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
  const waiting = idle.pop();
  if (waiting) {
    waiting.uses++;
    try {
      const made = attempt(waiting.inner, headers, packets, out);
      await putBack(waiting);
      if (made === out[0].length) return made;
    } catch {
      // A damaged stream, or a memory that an earlier one left in disorder: a decoder of its own tells, and this one is not used again.
    }
  }
  const fresh = { inner: await createDecoder(), uses: 1 };
  const made = attempt(fresh.inner, headers, packets, out);
  await putBack(fresh);
  return made;
}

function attempt(
  inner: Internals,
  headers: readonly Uint8Array[],
  packets: readonly Uint8Array[],
  out: readonly Float32Array[],
): number {
  try {
    for (const header of headers) inner.sendSetupHeader(header);
    inner.initDsp();
    return decodePackets(inner, packets, out);
  } catch (error) {
    throw new AudioFormatError(`decodeVorbis: the stream cannot be decoded (${String(error).slice(0, 80)}).`, {
      cause: error,
    });
  }
}

/** Straight from the decoder's memory into the result: its own function makes two arrays a packet and joins them afterwards. */
function decodePackets(inner: Internals, packets: readonly Uint8Array[], out: readonly Float32Array[]): number {
  const { wasm } = inner._common;
  const wanted = out[0].length;
  let at = 0;
  for (const packet of packets) {
    if (at >= wanted) break;
    inner._input.buf.set(packet);
    inner._inputLen.buf[0] = packet.length;
    wasm.decode_packets(inner._decoder);
    inner._errorsLength.buf[0] = 0;
    const made = inner._samplesDecoded.buf[0];
    if (made === 0) continue;
    if (inner._channels.buf[0] !== out.length) return 0;
    const pointers = new Uint32Array(wasm.HEAP, inner._outputBufferPtr.buf[0], out.length);
    const count = Math.min(made, wanted - at);
    for (let c = 0; c < out.length; c++) out[c].set(new Float32Array(wasm.HEAP, pointers[c], count), at);
    at += count;
  }
  return at;
}

async function createDecoder(): Promise<Internals> {
  const { OggVorbisDecoder } = await import("@wasm-audio-decoders/ogg-vorbis");
  const outer = new OggVorbisDecoder();
  await outer.ready;
  return (outer as unknown as { _decoder: Internals })._decoder;
}

/** Makes a decoder ready for the next stream; one that cannot be is left to the garbage collector. */
async function putBack(decoder: PooledDecoder): Promise<void> {
  try {
    await makeReady(decoder);
  } catch {
    return;
  }
  if (idle.length < 4) idle.push(decoder);
}

async function makeReady(decoder: PooledDecoder): Promise<void> {
  const { inner } = decoder;
  if (decoder.uses >= usesOfOneMemory) {
    await inner.reset();
    inner._firstPage = true;
    decoder.uses = 0;
  } else {
    const { wasm } = inner._common;
    wasm.destroy_decoder(inner._decoder);
    const { _input, _inputLen, _outputBufferPtr, _channels, _sampleRate, _samplesDecoded, _errors, _errorsLength } =
      inner;
    const slots = [
      _input,
      _inputLen,
      _outputBufferPtr,
      _channels,
      _sampleRate,
      _samplesDecoded,
      _errors,
      _errorsLength,
    ];
    inner._decoder = wasm.create_decoder(...slots.map((slot) => slot.ptr), 256);
    inner._firstPage = true;
  }
}
