import { requireFinite, requirePositive, requireSampleRate } from "../core/check.js";

/** Options of {@link jitter}. */
export interface PerturbationOptions {
  /** Shortest period that counts, seconds (default 0.0001). */
  minPeriodSec?: number;
  /** Longest period that counts, seconds (default 0.02). */
  maxPeriodSec?: number;
  /** Neighbouring periods whose ratio exceeds this do not count (default 1.3). */
  maxPeriodFactor?: number;
}

/** How unsteady the periods of a voice are; Praat's measures. */
export interface Jitter {
  /** Mean difference of neighbouring periods over the mean period. */
  local: number;
  /** Mean difference of neighbouring periods, seconds. */
  absoluteSec: number;
  /** Mean distance of a period from the mean of three around it, over the mean period. */
  rap: number;
  /** The same with five periods. */
  ppq5: number;
}

/**
 * Jitter: how much the periods of a voice vary from one to the next.
 *
 * @param pulses times of {@link voicePulses}, seconds, rising
 * @returns shares of the mean period; NaN where there are too few periods
 * @throws RangeError if a time is not finite
 * Equals Praat 6.4 (parselmouth 0.4.7) on the same pulses within 1e-6.
 */
export function jitter(pulses: Float64Array, options: PerturbationOptions = {}): Jitter {
  requireFinite("jitter", "pulses", pulses);
  const { fits } = limits("jitter", options);
  const periods = pulses.subarray(1).map((t, i) => t - pulses[i]);
  const mean = meanPeriod(periods, options);
  const absoluteSec = spread(periods, 2, fits, (at) => Math.abs(periods[at] - periods[at + 1]));
  const quotient = (width: number): number =>
    spread(periods, width, fits, (at) => {
      const around = periods.subarray(at, at + width);
      return Math.abs(periods[at + (width >> 1)] - around.reduce((a, b) => a + b, 0) / width);
    }) / mean;
  return { local: absoluteSec / mean, absoluteSec, rap: quotient(3), ppq5: quotient(5) };
}

/** How unsteady the amplitudes of a voice's periods are; Praat's measures. */
export interface Shimmer {
  /** Mean difference of neighbouring amplitudes over the mean amplitude. */
  local: number;
  /** Mean difference of neighbouring amplitudes in dB. */
  localDb: number;
  /** Mean distance of an amplitude from the mean of three around it, over the mean amplitude. */
  apq3: number;
  /** The same with five amplitudes. */
  apq5: number;
}

/** Options of {@link shimmer}. */
export interface ShimmerOptions extends PerturbationOptions {
  /** Hz. */
  sampleRate: number;
  /** Neighbouring amplitudes whose ratio exceeds this do not count (default 1.6). */
  maxAmplitudeFactor?: number;
}

/**
 * Shimmer: how much the amplitude of a voice varies from one period to the next.
 *
 * @param samples mono audio; not modified
 * @param pulses times of {@link voicePulses}, seconds, rising
 * @returns shares of the mean amplitude, and dB; NaN where there are too few periods
 * @throws RangeError if an option is out of range, or a number is NaN or ±∞
 * Equals Praat 6.4 (parselmouth 0.4.7) on the same pulses within 1e-5.
 */
export function shimmer(samples: Float32Array, pulses: Float64Array, options: ShimmerOptions): Shimmer {
  const { sampleRate, maxAmplitudeFactor = 1.6 } = options;
  requireFinite("shimmer", "samples", samples);
  requireFinite("shimmer", "pulses", pulses);
  requireSampleRate("shimmer", sampleRate);
  requirePositive("shimmer", "maxAmplitudeFactor", maxAmplitudeFactor);
  const { low, high, fits } = limits("shimmer", options);
  const times: number[] = [];
  const values: number[] = [];
  for (let i = 1; i + 1 < pulses.length; i++) {
    const before = pulses[i] - pulses[i - 1];
    const after = pulses[i + 1] - pulses[i];
    if (!fits(before, after)) continue;
    const level = levelAround(samples, sampleRate, pulses[i], 0.2 * before, 0.2 * after);
    if (level > 0) {
      times.push(pulses[i]);
      values.push(level);
    }
  }
  // Praat's mean leaves out the last amplitude.
  const mean = values.slice(0, -1).reduce((a, b) => a + b, 0) / (values.length - 1);
  const near = (a: number, b: number): boolean => Math.max(a, b) <= maxAmplitudeFactor * Math.min(a, b);
  /** Mean of `measure` over runs of `width` amplitudes a period apart. */
  const over = (width: number, measure: (at: number) => number): number => {
    let sum = 0;
    let count = 0;
    for (let at = 0; at + width <= values.length; at++) {
      let whole = true;
      for (let i = at; i + 1 < at + width && whole; i++) {
        const gap = times[i + 1] - times[i];
        whole = gap >= low && gap <= high && near(values[i], values[i + 1]);
      }
      if (!whole) continue;
      sum += measure(at);
      count++;
    }
    return count === 0 ? Number.NaN : sum / count;
  };
  const quotient = (width: number): number =>
    over(width, (at) => {
      const around = values.slice(at, at + width);
      return Math.abs(values[at + (width >> 1)] - around.reduce((a, b) => a + b, 0) / width);
    }) / mean;
  return {
    local: over(2, (at) => Math.abs(values[at] - values[at + 1])) / mean,
    localDb: over(2, (at) => Math.abs(20 * Math.log10(values[at] / values[at + 1]))),
    apq3: quotient(3),
    apq5: quotient(5),
  };
}

function limits(fn: string, { minPeriodSec = 1e-4, maxPeriodSec = 0.02, maxPeriodFactor = 1.3 }: PerturbationOptions) {
  requirePositive(fn, "minPeriodSec", minPeriodSec);
  requirePositive(fn, "maxPeriodSec", maxPeriodSec);
  requirePositive(fn, "maxPeriodFactor", maxPeriodFactor);
  const inside = (period: number): boolean => period >= minPeriodSec && period <= maxPeriodSec;
  return {
    low: minPeriodSec,
    high: maxPeriodSec,
    fits: (a: number, b: number): boolean =>
      inside(a) && inside(b) && Math.max(a, b) <= maxPeriodFactor * Math.min(a, b),
  };
}

/** Mean of `measure` over runs of `width` periods that all fit their neighbours. */
function spread(
  periods: Float64Array,
  width: number,
  fits: (a: number, b: number) => boolean,
  measure: (at: number) => number,
): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at + width <= periods.length; at++) {
    let whole = true;
    for (let i = at; i + 1 < at + width && whole; i++) whole = fits(periods[i], periods[i + 1]);
    if (!whole) continue;
    sum += measure(at);
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** A period counts unless it is too short or long, or differs too much from both neighbours. */
function meanPeriod(periods: Float64Array, options: PerturbationOptions): number {
  const { minPeriodSec = 1e-4, maxPeriodSec = 0.02, maxPeriodFactor = 1.3 } = options;
  let sum = 0;
  let count = 0;
  for (let i = 0; i < periods.length; i++) {
    const period = periods[i];
    if (period < minPeriodSec || period > maxPeriodSec) continue;
    const factor = (other: number | undefined): number =>
      other === undefined ? Number.NaN : Math.max(other / period, period / other);
    const before = factor(periods[i - 1]);
    const after = factor(periods[i + 1]);
    const far = (value: number): boolean => !(value <= maxPeriodFactor);
    if (far(before) && far(after)) continue;
    sum += period;
    count++;
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Root mean square under a Hann window with sides of their own. */
function levelAround(samples: Float32Array, sampleRate: number, time: number, left: number, right: number): number {
  let sum = 0;
  let weight = 0;
  const first = Math.max(0, Math.ceil((time - left) * sampleRate - 0.5));
  const last = Math.min(samples.length - 1, Math.floor((time + right) * sampleRate - 0.5));
  for (let i = first; i <= last; i++) {
    const t = (i + 0.5) / sampleRate;
    const phase = (t - time) / (t < time ? left : right);
    const window = 0.5 + 0.5 * Math.cos(Math.PI * phase);
    sum += (window * samples[i]) ** 2;
    weight += window * window;
  }
  return weight > 0 ? Math.sqrt(sum / weight) : 0;
}
