import { requireFinite } from "../core/check.js";
import { firstOf } from "../core/sampleSink.js";
import type { SampleStream } from "../core/stream.js";
import { createSosRunner, packSos, type Sos, steadyState } from "./sos.js";

/**
 * Filters with second-order sections, starting from silence.
 *
 * @param samples mono audio, length n; not modified
 * @param sos from {@link butterworth}, {@link biquad} or SciPy
 * @returns n samples
 * @throws RangeError if sos is empty or not finite, or a sample is NaN or ±∞
 * @see sosFilterStream for chunks, sosFiltFilt for zero phase
 * Computes in double. Equals SciPy 1.17 `signal.sosfilt` within float32 rounding of the result.
 */
export function sosFilter(samples: Float32Array, sos: Sos): Float32Array {
  return sosFilterStream(sos).process(samples);
}

/** Streaming twin of {@link sosFilter}: concatenated outputs equal the batch result exactly. */
export function sosFilterStream(sos: Sos): SampleStream {
  const runner = createSosRunner(packSos("sosFilter", sos));
  return {
    process(chunk, out = new Float32Array(chunk.length)) {
      requireFinite("sosFilter", "samples", chunk);
      runner.run(chunk, out);
      return firstOf(out, chunk.length);
    },
    flush() {
      runner.state.fill(0);
      return new Float32Array(0);
    },
    reset() {
      runner.state.fill(0);
    },
  };
}

/** Options of {@link sosFiltFilt}. */
export interface SosFiltFiltOptions {
  /** How the signal goes on beyond its ends while filtering: mirrored about the end point ("odd", default), mirrored, held, or not at all. */
  padType?: "odd" | "even" | "constant" | "none";
  /** Samples added at each end, < n; SciPy's default of about three times the filter's order. */
  padLength?: number;
}

/**
 * Filters forwards and then backwards: no delay, twice the filter's dB.
 *
 * @param samples mono audio, length n > padLength; not modified
 * @param sos from {@link butterworth}, {@link biquad} or SciPy
 * @returns n samples
 * @throws RangeError if n ≤ padLength, sos is empty or not finite, or a sample is NaN or ±∞
 * Source: Gustafsson 1996. Equals SciPy 1.17 `signal.sosfiltfilt` within float32 rounding of the result.
 */
export function sosFiltFilt(
  samples: Float32Array,
  sos: Sos,
  { padType = "odd", padLength = defaultPadLength(sos) }: SosFiltFiltOptions = {},
): Float32Array {
  const packed = packSos("sosFiltFilt", sos);
  requireFinite("sosFiltFilt", "samples", samples);
  const pad = padType === "none" ? 0 : padLength;
  if (!(Number.isInteger(pad) && pad >= 0 && pad < Math.max(samples.length, 1))) {
    throw new RangeError(
      `sosFiltFilt: padLength must be a whole number below the signal's length ${samples.length}, got ${pad}.`,
    );
  }
  if (samples.length === 0) return new Float32Array(0);
  const work = extend(samples, pad, padType);
  const start = steadyState(packed);
  for (let pass = 0; pass < 2; pass++) {
    const runner = createSosRunner(packed);
    const first = work[0];
    runner.state.set(start.map((z) => z * first));
    runner.run(work, work);
    work.reverse();
  }
  return Float32Array.from(work.subarray(pad, pad + samples.length));
}

function defaultPadLength(sos: Sos): number {
  const zerosAtOrigin = (column: 2 | 5): number => sos.filter((row) => row[column] === 0).length;
  return 3 * (2 * sos.length + 1 - Math.min(zerosAtOrigin(2), zerosAtOrigin(5)));
}

function extend(samples: Float32Array, pad: number, padType: string): Float64Array {
  const n = samples.length;
  const out = new Float64Array(n + 2 * pad);
  out.set(samples, pad);
  const first = samples[0];
  const last = samples[n - 1];
  for (let i = 1; i <= pad; i++) {
    const mirroredLeft = samples[i];
    const mirroredRight = samples[n - 1 - i];
    out[pad - i] = padType === "odd" ? 2 * first - mirroredLeft : padType === "even" ? mirroredLeft : first;
    out[pad + n - 1 + i] = padType === "odd" ? 2 * last - mirroredRight : padType === "even" ? mirroredRight : last;
  }
  return out;
}
