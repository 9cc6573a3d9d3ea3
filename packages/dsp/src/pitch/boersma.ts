import { createRealFft } from "../core/realFft.js";
import { frameTimes, gaussianWindow } from "./formants.js";

/** A possible period of one frame; frequency 0 stands for unvoiced. */
export interface PitchCandidate {
  /** Hz. */
  frequency: number;
  /** Normalised autocorrelation at the period, 0..1. */
  strength: number;
}

export interface PitchFrame {
  /** Height of the frame's peak over that of the whole signal, 0..1. */
  intensity: number;
  candidates: PitchCandidate[];
}

export interface BoersmaOptions {
  sampleRate: number;
  minPitch: number;
  maxPitch: number;
  stepSec: number;
  periodsPerWindow: number;
  /** A Gaussian window, twice as long as the periods asked for: more exact, slower. */
  gaussian?: boolean;
  maxCandidates: number;
  voicingThreshold: number;
  octaveCost: number;
}

/**
 * Candidates of pitch by autocorrelation, divided by that of the window, and interpolated between samples.
 * Source: Boersma 1993; Praat's "To Pitch (ac)".
 */
export function pitchCandidates(
  samples: Float32Array,
  options: BoersmaOptions,
): { times: Float64Array; frames: PitchFrame[] } {
  const { sampleRate, minPitch, stepSec, gaussian = false, voicingThreshold } = options;
  const periodsPerWindow = options.periodsPerWindow * (gaussian ? 2 : 1);
  const share = gaussian ? 0.25 : 0.5; // of the window, that lags may span
  const { times } = frameTimes(samples.length, sampleRate, periodsPerWindow / minPitch, stepSec);
  const period = Math.floor(sampleRate / minPitch);
  const halfPeriod = Math.floor(period / 2) + 1;
  const halfWindow = Math.floor(Math.floor((periodsPerWindow / minPitch) * sampleRate) / 2) - 1;
  if (samples.length < 2 * halfWindow || halfWindow < 2) return { times: new Float64Array(0), frames: [] };
  const length = 2 * halfWindow;
  const maxLag = Math.min(Math.floor(length / periodsPerWindow) + 2, length);
  const reach = Math.floor(length * share);
  const plan = createRealFft(2 ** Math.ceil(Math.log2(length * (1 + share))));
  const window = gaussian ? gaussianWindow(length) : hannWindow(length);
  const buffer = new Float64Array(plan.length);
  const correlate = createCorrelation(plan, buffer);
  buffer.set(window);
  correlate();
  const windowR = Float64Array.from({ length: reach + 1 }, (_, k) => buffer[k] / buffer[0]);
  const peak = peakAroundMean(samples);
  const r = new Float64Array(2 * reach + 1); // lags −reach..reach

  const frames = Array.from(times, (time): PitchFrame => {
    const right = Math.floor(time * sampleRate - 0.5) + 1;
    let mean = 0;
    for (let i = right - period; i < right + period; i++) mean += samples[i] ?? 0;
    mean /= 2 * period;
    buffer.fill(0);
    for (let i = 0; i < length; i++) buffer[i] = ((samples[right - halfWindow + i] ?? 0) - mean) * window[i];
    let local = 0;
    for (let i = Math.max(0, halfWindow - halfPeriod); i < Math.min(length, halfWindow + halfPeriod); i++) {
      local = Math.max(local, Math.abs(buffer[i]));
    }
    const intensity = peak === 0 ? 0 : Math.min(1, local / peak);
    const candidates: PitchCandidate[] = [{ frequency: 0, strength: 0 }];
    if (local === 0) return { intensity, candidates };
    correlate();
    const energy = buffer[0];
    r[reach] = 1;
    for (let k = 1; k <= reach; k++) r[reach + k] = r[reach - k] = buffer[k] / (energy * windowR[k]);
    for (let k = 2; k < maxLag && k < reach; k++) {
      const at = reach + k;
      if (r[at] > 0.5 * voicingThreshold && r[at] > r[at - 1] && r[at] >= r[at + 1]) {
        keep(candidates, candidateAt(r, reach, k, sampleRate), options);
      }
    }
    for (const candidate of candidates) if (candidate.frequency > 0) improve(candidate, r, reach, sampleRate, gaussian);
    return { intensity, candidates };
  });
  return { times, frames };
}

const hannWindow = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 1)) / (length + 1)));

function createCorrelation(plan: ReturnType<typeof createRealFft>, buffer: Float64Array): () => void {
  const re = new Float64Array(plan.bins);
  const im = new Float64Array(plan.bins);
  return () => {
    plan.forward(buffer, re, im);
    for (let k = 0; k < plan.bins; k++) {
      re[k] = re[k] * re[k] + im[k] * im[k];
      im[k] = 0;
    }
    plan.inverse(re, im, buffer);
  };
}

function peakAroundMean(samples: Float32Array): number {
  let mean = 0;
  for (let i = 0; i < samples.length; i++) mean += samples[i] / samples.length;
  let peak = 0;
  for (let i = 0; i < samples.length; i++) peak = Math.max(peak, Math.abs(samples[i] - mean));
  return peak;
}

function candidateAt(r: Float64Array, middle: number, lag: number, sampleRate: number): PitchCandidate {
  const at = middle + lag;
  const slope = 0.5 * (r[at + 1] - r[at - 1]);
  const curve = 2 * r[at] - r[at - 1] - r[at + 1];
  const exact = lag + slope / curve;
  return { frequency: sampleRate / exact, strength: reflected(sincAt(r, middle + exact, 30)) };
}

/** Interpolation may exceed 1; what does is folded back. */
const reflected = (strength: number): number => (strength > 1 ? 1 / strength : strength);

function keep(candidates: PitchCandidate[], candidate: PitchCandidate, options: BoersmaOptions): void {
  const { maxCandidates, minPitch, octaveCost } = options;
  if (candidates.length < maxCandidates) {
    candidates.push(candidate);
    return;
  }
  const merit = ({ frequency, strength }: PitchCandidate): number =>
    strength - octaveCost * Math.log2(minPitch / frequency);
  let weakest = 1;
  for (let i = 2; i < candidates.length; i++) if (merit(candidates[i]) < merit(candidates[weakest])) weakest = i;
  if (merit(candidates[weakest]) <= merit(candidate)) candidates[weakest] = candidate;
}

/** Looks for the exact maximum around the candidate's period, by golden sections of the interpolated correlation. */
function improve(candidate: PitchCandidate, r: Float64Array, middle: number, sampleRate: number, exact: boolean): void {
  const lag = Math.round(sampleRate / candidate.frequency);
  const depth = exact || candidate.frequency > 0.3 * sampleRate ? 700 : 70;
  let low = middle + lag - 1;
  let high = middle + lag + 1;
  const golden = (Math.sqrt(5) - 1) / 2;
  let a = high - golden * (high - low);
  let b = low + golden * (high - low);
  let fa = sincAt(r, a, depth);
  let fb = sincAt(r, b, depth);
  while (high - low > 1e-7) {
    if (fa > fb) {
      high = b;
      b = a;
      fb = fa;
      a = high - golden * (high - low);
      fa = sincAt(r, a, depth);
    } else {
      low = a;
      a = b;
      fa = fb;
      b = low + golden * (high - low);
      fb = sincAt(r, b, depth);
    }
  }
  const at = (low + high) / 2;
  candidate.frequency = sampleRate / (at - middle);
  candidate.strength = reflected(sincAt(r, at, depth));
}

/** Value between samples by a sinc under a raised cosine that reaches `depth` samples to either side, or to the nearer end. */
function sincAt(y: ArrayLike<number>, x: number, depth: number): number {
  const left = Math.floor(x);
  if (x === left) return y[left] ?? 0;
  const right = left + 1;
  const reach = Math.min(depth, right, y.length - right);
  if (reach <= 0) return y[Math.round(x)] ?? 0;
  if (reach <= 2) return y[left] + (x - left) * (y[right] - y[left]);
  let sum = 0;
  const sine = Math.sin(Math.PI * (x - left));
  const leftEdge = x - right + reach + 1;
  for (let i = left, sign = 1; i >= right - reach; i--, sign = -sign) {
    const d = x - i;
    sum += ((y[i] * sign * sine) / (Math.PI * d)) * (0.5 + 0.5 * Math.cos((Math.PI * d) / leftEdge));
  }
  const rightEdge = left + reach - x + 1;
  const sineRight = Math.sin(Math.PI * (right - x));
  for (let i = right, sign = 1; i <= left + reach; i++, sign = -sign) {
    const d = i - x;
    sum += ((y[i] * sign * sineRight) / (Math.PI * d)) * (0.5 + 0.5 * Math.cos((Math.PI * d) / rightEdge));
  }
  return sum;
}
