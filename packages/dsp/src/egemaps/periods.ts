export interface Perturbation {
  /** Mean difference of neighbouring periods over their mean, in each frame; 0 where unvoiced. */
  jitter: Float64Array;
  /** Mean difference of neighbouring periods' amplitudes in each frame, dB; 0 where unvoiced. */
  shimmer: Float64Array;
}

/** Periods may differ this much from the pitch. */
const searchRange = 0.1;
/** Neighbouring periods that resemble each other less do not count; openSMILE has 0.5 on a measure of its own. */
const minCorrelation = 0.3;

/** Follows the periods of a voice through the wave, each where it resembles the one before most. */
export function perturbationOf(samples: Float32Array, f0: Float64Array, sampleRate: number, hop: number): Perturbation {
  const jitter = new Float64Array(f0.length);
  const shimmer = new Float64Array(f0.length);
  let at = 0;
  let period = 0;
  let amplitude = 0;
  for (let t = 0; t < f0.length; t++) {
    if (!(f0[t] > 0)) {
      period = 0;
      continue;
    }
    const expected = sampleRate / f0[t];
    const begin = t * hop;
    // A new stretch begins at the frame; one that goes on begins where the last period ended.
    if (period === 0 || at < begin - 2 * expected) {
      at = begin;
      period = 0;
      amplitude = 0;
    }
    // At least two periods are looked at, however high the hop rate.
    const end = begin + Math.max(hop, 3 * expected);
    let periods = 0;
    let periodSum = 0;
    let differences = 0;
    let differenceSum = 0;
    let ratios = 0;
    let ratioSum = 0;
    while (at + 2.2 * expected < samples.length && at + expected < end) {
      const match = nextPeriod(samples, at, expected);
      if (match.correlation < minCorrelation) {
        period = 0;
        amplitude = 0;
        at += expected;
        continue;
      }
      const height = peakToPeak(samples, at, match.period);
      periods++;
      periodSum += match.period;
      if (period > 0) {
        differences++;
        differenceSum += Math.abs(match.period - period);
      }
      if (amplitude > 0 && height > 0) {
        ratios++;
        ratioSum += Math.abs(20 * Math.log10(height / amplitude));
      }
      period = match.period;
      amplitude = height;
      at += match.period;
    }
    if (differences > 0) jitter[t] = differenceSum / differences / (periodSum / periods);
    if (ratios > 0) shimmer[t] = ratioSum / ratios;
  }
  return { jitter, shimmer };
}

function nextPeriod(samples: Float32Array, at: number, expected: number): { period: number; correlation: number } {
  const start = Math.round(at);
  const length = Math.round(expected);
  const low = Math.max(2, Math.floor(expected * (1 - searchRange)));
  const high = Math.ceil(expected * (1 + searchRange));
  const scores: number[] = [];
  for (let lag = low - 1; lag <= high + 1; lag++) {
    let product = 0;
    let a = 0;
    let b = 0;
    for (let i = 0; i < length; i++) {
      const x = samples[start + i];
      const y = samples[start + lag + i] ?? 0;
      product += x * y;
      a += x * x;
      b += y * y;
    }
    scores.push(a > 0 && b > 0 ? product / Math.sqrt(a * b) : 0);
  }
  let best = 1;
  for (let i = 2; i < scores.length - 1; i++) if (scores[i] > scores[best]) best = i;
  const [left, top, right] = [scores[best - 1], scores[best], scores[best + 1]];
  const bend = left - 2 * top + right;
  const shift = bend < 0 && top >= left && top >= right ? (0.5 * (left - right)) / bend : 0;
  return { period: low - 1 + best + shift, correlation: top };
}

function peakToPeak(samples: Float32Array, at: number, period: number): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const start = Math.round(at);
  for (let i = 0; i < Math.round(period); i++) {
    const x = samples[start + i] ?? 0;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return high - low;
}
