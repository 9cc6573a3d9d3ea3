import { requireFinite, requireInRange, requireInteger, requirePositive } from "../core/check.js";
import { resample, resampleStream } from "../core/resample.js";
import { createSampleSink } from "../core/sampleSink.js";
import type { StftOptions } from "../core/stft.js";
import type { SampleStream } from "../core/stream.js";
import { fixLength } from "./fixLength.js";
import { timeStretch, timeStretchStream } from "./timeStretch.js";

/** Options of {@link pitchShift} and {@link pitchShiftStream}. */
export interface PitchShiftOptions extends Omit<StftOptions, "center" | "padMode"> {
  /** Steps up (positive) or down, fractions too: semitones unless `binsPerOctave` says otherwise; within four octaves. */
  nSteps: number;
  /** Steps an octave has (default 12). */
  binsPerOctave?: number;
}

/**
 * Changes the pitch but not the duration: stretches in time, then resamples. Formants move along.
 *
 * @param samples mono audio, length n; not modified
 * @returns n samples
 * @throws RangeError if the shift is beyond four octaves, binsPerOctave is no whole number ≥ 1, or a sample is NaN or ±∞
 * Equals librosa 0.11 `effects.pitch_shift` within what two resamplers of soxr-HQ quality differ.
 */
export function pitchShift(
  samples: Float32Array,
  { nSteps, binsPerOctave = 12, ...framing }: PitchShiftOptions,
): Float32Array {
  requireFinite("pitchShift", "samples", samples);
  requireShift("pitchShift", nSteps, binsPerOctave);
  if (nSteps === 0 || samples.length === 0) return samples.slice();
  const rate = 2 ** (-nSteps / binsPerOctave);
  const stretched = timeStretch(samples, { ...framing, rate });
  return fixLength(resample(stretched, { from: 1 / rate, to: 1 }), { length: samples.length });
}

/**
 * Streaming twin of {@link pitchShift}: concatenated outputs equal the batch result within 1e-4 of the peak (it resamples in double precision), and are
 * the same to the last bit for any chunking. A sample leaves when those that it needs have come, and not before as many have come as left.
 */
export function pitchShiftStream({ nSteps, binsPerOctave = 12, ...framing }: PitchShiftOptions): SampleStream {
  requireShift("pitchShiftStream", nSteps, binsPerOctave);
  const rate = 2 ** (-nSteps / binsPerOctave);
  const stretch = timeStretchStream({ ...framing, rate });
  const resampled = resampleStream({ from: 1 / rate, to: 1 });
  const sink = createSampleSink();
  // Samples seen, and given out.
  const counts = new Float64Array(2);
  const reset = () => {
    stretch.reset();
    resampled.reset();
    sink.reset();
    counts.fill(0);
  };
  return {
    process(chunk, out) {
      counts[0] += chunk.length;
      const ready = resampled.process(stretch.process(chunk));
      sink.push(ready, 0, ready.length);
      const some = sink.take(counts[0] - counts[1], out);
      counts[1] += some.length;
      return some;
    },
    flush() {
      const last = resampled.process(stretch.flush());
      sink.push(last, 0, last.length);
      const tail = resampled.flush();
      sink.push(tail, 0, tail.length);
      const rest = new Float32Array(counts[0] - counts[1]);
      sink.take(rest.length, rest);
      reset();
      return rest;
    },
    reset,
  };
}

function requireShift(fn: string, nSteps: number, binsPerOctave: number): void {
  requireInteger(fn, "binsPerOctave", binsPerOctave, 1);
  requireInRange(fn, "nSteps", nSteps, -4 * binsPerOctave, 4 * binsPerOctave);
}

/**
 * Plays faster or slower as a tape does: duration and pitch change together.
 *
 * @param samples mono audio, length n; not modified
 * @param options.factor 2 plays in half the time, an octave higher; factors of up to three decimals go through exact ratios of whole numbers
 * @returns ⌈n / factor⌉ samples
 * @throws RangeError if factor is not positive, or a sample is NaN or ±∞
 * @see timeStretch to keep the pitch
 */
export function speed(samples: Float32Array, { factor }: { factor: number }): Float32Array {
  requireFinite("speed", "samples", samples);
  requirePositive("speed", "factor", factor);
  if (factor === 1 || samples.length === 0) return samples.slice();
  return resample(samples, wholeRates(factor));
}

/** Streaming twin of {@link speed}: see `resampleStream`. */
export function speedStream({ factor }: { factor: number }): SampleStream {
  requirePositive("speedStream", "factor", factor);
  return resampleStream(wholeRates(factor));
}

/** 0.9 as a number is a ratio of huge whole numbers; 900 to 1000 is what was meant, and has a short filter for each of its few phases. */
function wholeRates(factor: number): { from: number; to: number } {
  const thousandths = Math.round(1000 * factor);
  return Math.abs(thousandths - 1000 * factor) < 1e-9 * thousandths
    ? { from: thousandths, to: 1000 }
    : { from: factor, to: 1 };
}
