import { cacheKey, createCache } from "../core/cache.js";
import { requireFinite, requirePositive } from "../core/check.js";
import { createFeed } from "../core/feed.js";
import { frameCount } from "../core/frame.js";
import { createFrameSynthesis, type FrameSynthesis } from "../core/frameSynthesis.js";
import { roundHalfToEven } from "../core/round.js";
import { createSampleSink } from "../core/sampleSink.js";
import { type ResolvedStft, resolveStft, type StftOptions } from "../core/stft.js";
import type { SampleStream } from "../core/stream.js";

/** Options of {@link timeStretch} and {@link timeStretchStream}. */
export interface TimeStretchOptions extends Omit<StftOptions, "center" | "padMode"> {
  /** Speed: 2 plays in half the time, 0.5 in twice the time; the pitch stays. */
  rate: number;
}

/** Making kernels costs more than a short clip; every signal begins anew. */
const syntheses = createCache<FrameSynthesis>(4);

/**
 * Changes the duration but not the pitch, by a phase vocoder. Needs memory for its output and a few frames.
 *
 * @param samples mono audio, length n; not modified
 * @returns round(n / rate) samples
 * @throws RangeError if rate is not positive, or a sample is NaN or ±∞
 * @see timeStretchStream for chunks
 * Source: Ellis 2002. Equals librosa 0.11 `effects.time_stretch` on doubles within 5e-5 of the peak.
 */
export function timeStretch(samples: Float32Array, options: TimeStretchOptions): Float32Array {
  requireFinite("timeStretch", "samples", samples);
  const { rate, stft } = resolveStretch("timeStretch", options);
  const out = new Float32Array(roundHalfToEven(samples.length / rate));
  if (out.length === 0) return out;
  let made = 0;
  const synthesis = syntheses(cacheKey(stft), () => createFrameSynthesis(stft));
  const stretcher = createStretcher(synthesis, rate, (values, from, to) => {
    const end = Math.min(to, from + out.length - made);
    if (end > from) out.set(values.subarray(from, end), made);
    made += to - from;
  });
  const { nFft, hopLength } = stft;
  stretcher.take(
    samples,
    -Math.floor(nFft / 2),
    frameCount(samples.length, { frameLength: nFft, hopLength, center: true }),
  );
  stretcher.finish();
  return out;
}

/**
 * Streaming twin of {@link timeStretch}: concatenated outputs equal the batch result exactly, whatever the chunking.
 *
 * A sample leaves when the frames around it are complete: nFft / 2 and up to four hops of the output later. Without `out`, the array returned is
 * valid until the next call.
 */
export function timeStretchStream(options: TimeStretchOptions): SampleStream {
  const fn = "timeStretchStream";
  const { rate, stft } = resolveStretch(fn, options);
  const { nFft, hopLength } = stft;
  const feed = createFeed(fn, { frameLength: nFft, hopLength, center: true });
  const sink = createSampleSink();
  const stretcher = createStretcher(createFrameSynthesis(stft), rate, sink.push);
  // Samples seen, and given out.
  const counts = new Float64Array(2);
  const reset = () => {
    feed.reset();
    sink.reset();
    stretcher.reset();
    counts.fill(0);
  };
  return {
    process(chunk, out) {
      const frames = feed.push(chunk);
      counts[0] += chunk.length;
      if (frames > 0) stretcher.take(feed.samples, 0, frames);
      const ready = sink.take(Math.floor(counts[0] / rate) - counts[1], out);
      counts[1] += ready.length;
      return ready;
    },
    flush() {
      const length = roundHalfToEven(counts[0] / rate) - counts[1];
      const rest = new Float32Array(length);
      if (counts[0] > 0) {
        const frames = feed.finish();
        stretcher.take(feed.samples, 0, frames);
        stretcher.finish();
        sink.take(length, rest);
      }
      reset();
      return rest;
    },
    reset,
  };
}

function resolveStretch(fn: string, { rate, ...framing }: TimeStretchOptions): { rate: number; stft: ResolvedStft } {
  requirePositive(fn, "rate", rate);
  return { rate, stft: resolveStft(fn, framing) };
}

/** Frames in, stretched samples out: `take` frames as they become complete, then `finish`. */
function createStretcher(
  { kernel, hopLength, write, reset }: FrameSynthesis,
  rate: number,
  emit: (values: Float32Array, from: number, to: number) => void,
) {
  // Rows in the kernel are input frames base, …, base + rows.
  let base = -1;
  let rows = 0;
  let made = 0;
  let waiting = 0;
  const advance = (samples: Float32Array | null, start: number, count: number, limit: number): void => {
    kernel.analyse(samples, start, count);
    base += rows;
    rows = count;
    while (made < limit) {
      const position = made * rate;
      const whole = Math.floor(position);
      if (whole >= base + rows) break;
      if (made === 0) kernel.begin(whole - base);
      kernel.turn(whole - base, position - whole, waiting++);
      made++;
      if (waiting === kernel.capacity) waiting = write(waiting, made, false, emit);
    }
  };
  const restart = (): void => {
    reset();
    base = -1;
    rows = made = waiting = 0;
  };
  restart();
  return {
    take(samples: Float32Array, start: number, frames: number): void {
      for (let done = 0; done < frames; done += kernel.capacity) {
        const count = Math.min(kernel.capacity, frames - done);
        advance(samples, start + done * hopLength, count, Number.POSITIVE_INFINITY);
      }
      waiting = write(waiting, made, false, emit);
    },
    finish(): void {
      // Silence follows the last frame.
      advance(null, 0, 1, Math.ceil((base + rows + 1) / rate));
      write(waiting, made, true, emit);
    },
    reset: restart,
  };
}
