import type { Readable } from "node:stream";
import { Observable } from "rxjs";
import { requireCount, requirePositive } from "../core/check.js";
import { decodePcm16 } from "../core/pcm.js";
import type { AudioChunk } from "../core/types.js";
import { type AudioSource, noCounts } from "./types.js";

/** Options of {@link pcmSource}. */
export interface PcmSourceOptions {
  /** Hz. Raw PCM does not say it. */
  sampleRate: number;
  /** Interleaved channels, averaged (default 1). */
  channels?: number;
  /** For people (default "stdin"). */
  name?: string;
}

/**
 * Raw 16-bit little-endian PCM from a stream of bytes, such as `process.stdin`: `arecord -t raw -f S16_LE -r 16000 | earshot live --source -`.
 * Chunks may be cut anywhere; bytes that are no whole frame at the end are an error.
 *
 * @throws RangeError if sampleRate or channels are out of range; as the stream's error if the last frame is not whole
 */
export function pcmSource(
  stream: Readable,
  { sampleRate, channels = 1, name = "stdin" }: PcmSourceOptions,
): AudioSource {
  requirePositive("pcmSource", "sampleRate", sampleRate);
  requireCount("pcmSource", "channels", channels);
  const counters = noCounts();
  const chunks$ = new Observable<AudioChunk>((subscriber) => {
    const frameBytes = 2 * channels;
    let rest: Buffer = Buffer.alloc(0);
    let seen = 0;
    const onData = (bytes: Buffer) => {
      const joined = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes;
      const whole = joined.length - (joined.length % frameBytes);
      rest = joined.subarray(whole);
      if (whole === 0) return;
      const samples = decodePcm16(joined.subarray(0, whole), channels);
      const startSec = seen / sampleRate;
      seen += samples.length;
      counters.chunks++;
      counters.audioSec = seen / sampleRate;
      subscriber.next({ startSec, sampleRate, samples, receivedMs: performance.now() });
    };
    const onEnd = () => {
      if (rest.length === 0) return subscriber.complete();
      subscriber.error(
        new RangeError(`pcmSource: ${name} ended with ${rest.length} bytes of a frame of ${frameBytes}.`),
      );
    };
    const onError = (error: Error) => subscriber.error(error);
    stream.on("data", onData).on("end", onEnd).on("error", onError);
    return () => {
      stream.off("data", onData).off("end", onEnd).off("error", onError);
      stream.pause();
    };
  });
  return { name, chunks$, counters };
}
