import { createFractionalKernel } from "../kernels/fractional.js";
import { createRefitKernel, type RefitKernel } from "../kernels/refit.js";
import { createCache } from "./cache.js";
import { requireFinite, requireInRange, requireSampleRate, requireSamples } from "./check.js";
import { createNumbers } from "./memory.js";
import { halfWidth, kernelAt, lowestTerms, resampleKernel } from "./resampleKernel.js";
import { createViews, firstOf } from "./sampleSink.js";
import type { SampleStream } from "./stream.js";

/** Options of {@link resample} and {@link resampleStream}. */
export interface ResampleOptions {
  /** Hz, of the samples given. */
  from: number;
  /** Hz, of the samples wanted; the ratio lies within [1/1000, 1000]. */
  to: number;
}

/**
 * Changes the sample rate, by any ratio: band-limited interpolation with a Kaiser-windowed sinc.
 *
 * Linear phase, no delay; pass band to 0.9125 of the lower Nyquist frequency, stop band from it at −110 dB. The signal counts as 0 beyond its ends.
 *
 * @param samples mono audio, length n; not modified
 * @returns ⌈n·to / from⌉ samples; a copy when the rates are equal
 * @throws RangeError if a rate is not above 0, the ratio is out of range, or samples hold NaN or ±∞
 * Source: Smith, Digital Audio Resampling; quality and length of librosa 0.11 `resample` with its default `soxr_hq`.
 */
export function resample(samples: Float32Array, { from, to }: ResampleOptions): Float32Array {
  requireRates("resample", from, to);
  requireSamples("resample", "samples", samples);
  const out = createNumbers(outputLength(samples.length, from, to));
  if (from === to) out.set(samples);
  const probe =
    from === to ? Number.NaN : resamplers(`${from}:${to}`, () => createResampler(from, to)).run(samples, out);
  if (probe !== 0) requireFinite("resample", "samples", samples);
  return out;
}

const resamplers = createCache<RefitKernel>(16);

/** SIMD: blocks of both lengths where they suit it, else a doubled signal between whose samples it interpolates; the direct sum for the rest. */
function createResampler(from: number, to: number): RefitKernel {
  const terms = lowestTerms(from, to);
  const filter = { halfWidth, filter: kernelAt };
  const kernel =
    (terms && createRefitKernel({ ...terms, ...filter })) ?? createFractionalKernel({ from, to, ...filter });
  if (kernel) return kernel;
  const direct = resampleKernel(from, to);
  return {
    grain: 1,
    run(samples, out) {
      direct.run(samples, 0, samples.length, 0, out.length, out);
      return Number.NaN;
    },
  };
}

/**
 * Streaming twin of {@link resample}: concatenated outputs equal the batch result within 1e-5 of the peak (single precision there, double here), and are
 * the same to the last bit for any chunking.
 *
 * An output sample leaves when the `latency` input samples that it needs have come; `flush` counts what follows as silence and ends the signal.
 * Without `out`, the array returned is valid until the next call.
 */
export function resampleStream({ from, to }: ResampleOptions): SampleStream {
  requireRates("resampleStream", from, to);
  if (from === to) return passThrough();
  const kernel = resampleKernel(from, to);
  const views = createViews();
  const { reach } = kernel;
  let buffer = new Float32Array(4 * reach + 1024);
  let origin = -reach; // time of buffer[0]
  let seen = 0;
  let made = 0;

  const drain = (end: number, out?: Float32Array) => {
    const count = end - made;
    const target = out ?? views(count);
    kernel.run(buffer, origin, seen, made, count, target);
    made = end;
    return firstOf(target, count);
  };
  const reset = () => {
    buffer.fill(0);
    origin = -reach;
    seen = 0;
    made = 0;
  };
  return {
    process(chunk, out) {
      requireFinite("resampleStream", "chunk", chunk);
      const keepFrom = Math.max(origin, kernel.position(made) - reach);
      if (seen - origin + chunk.length > buffer.length) {
        const kept = seen - keepFrom;
        const size = kept + chunk.length;
        if (size > buffer.length) {
          const larger = new Float32Array(2 * size);
          larger.set(buffer.subarray(keepFrom - origin, seen - origin));
          buffer = larger;
        } else {
          buffer.copyWithin(0, keepFrom - origin, seen - origin);
        }
        origin = keepFrom;
      }
      buffer.set(chunk, seen - origin);
      seen += chunk.length;
      let end = made;
      // The last input sample that output i needs is position(i) + reach.
      const estimate = Math.floor(((seen - reach) * to) / from) - 2;
      if (estimate > end) end = estimate;
      while (kernel.position(end) + reach < seen) end++;
      return drain(end, out);
    },
    flush: () => {
      const rest = drain(outputLength(seen, from, to)).slice();
      reset();
      return rest;
    },
    reset,
  };
}

/** Number of samples that n samples become. */
export function outputLength(n: number, from: number, to: number): number {
  return Math.ceil((n * to) / from);
}

function requireRates(fn: string, from: number, to: number): void {
  requireSampleRate(fn, from, "from");
  requireSampleRate(fn, to, "to");
  requireInRange(fn, "to / from", to / from, 1e-3, 1e3);
}

function passThrough(): SampleStream {
  return {
    process(chunk, out) {
      requireFinite("resampleStream", "chunk", chunk);
      if (!out) return chunk.slice();
      out.set(chunk);
      return firstOf(out, chunk.length);
    },
    flush: () => new Float32Array(0),
    reset() {},
  };
}
