import { requireFinite, requireInRange, requirePositive, requireSampleRate } from "../core/check.js";
import { pitchCandidates } from "./boersma.js";
import { cheapestPath } from "./pitchPath.js";

/** Options of {@link voicePulses}. */
export interface VoicePulsesOptions {
  /** Hz. */
  sampleRate: number;
  /** Lowest pitch, Hz (default 75). */
  minPitch?: number;
  /** Highest pitch, Hz (default 600). */
  maxPitch?: number;
}

/**
 * The moments at which the vocal folds close: one a period wherever there is voice.
 *
 * @param samples mono audio, length n; not modified
 * @returns rising times in seconds
 * @throws RangeError if 0 < minPitch < maxPitch ≤ sampleRate / 2 does not hold, or a sample is NaN or ±∞
 * @see jitter, shimmer
 * Source: Boersma 1993; Praat's "To Pitch (ac)" and "To PointProcess (cc)".
 */
export function voicePulses(
  samples: Float32Array,
  { sampleRate, minPitch = 75, maxPitch = 600 }: VoicePulsesOptions,
): Float64Array {
  requireFinite("voicePulses", "samples", samples);
  requireSampleRate("voicePulses", sampleRate);
  requirePositive("voicePulses", "minPitch", minPitch);
  requireInRange("voicePulses", "maxPitch", maxPitch, minPitch, sampleRate / 2);
  const stepSec = 0.75 / minPitch;
  const { times, frames } = pitchCandidates(samples, {
    sampleRate,
    minPitch,
    maxPitch,
    stepSec,
    periodsPerWindow: 3,
    maxCandidates: 15,
    voicingThreshold: 0.45,
    octaveCost: 0.01,
  });
  const f0 = cheapestPath(frames, {
    silenceThreshold: 0.03,
    voicingThreshold: 0.45,
    octaveCost: 0.01,
    octaveJumpCost: 0.35,
    voicedUnvoicedCost: 0.14,
    ceiling: maxPitch,
    stepSec,
  });
  const track = createTrack(times, f0, stepSec);
  const peak = samples.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
  const pulses: number[] = [];
  for (let t = 0; t < f0.length; t++) {
    if (f0[t] === 0) continue;
    const begin = t;
    while (t + 1 < f0.length && f0[t + 1] > 0) t++;
    const left = times[begin] - 0.5 * stepSec;
    const right = times[t] + 0.5 * stepSec;
    pulses.push(...pulsesOfStretch({ samples, sampleRate, pitchAt: track, peak }, left, right));
  }
  return Float64Array.from(pulses).sort();
}

type PitchAt = (time: number) => number;

/** Pitch between frames, Hz; 0 where the nearer frame is unvoiced. */
function createTrack(times: Float64Array, f0: Float64Array, stepSec: number): PitchAt {
  return (time) => {
    const position = (time - times[0]) / stepSec;
    const left = Math.floor(position);
    const phase = position - left;
    const near = f0[phase < 0.5 ? left : left + 1] ?? 0;
    const far = f0[phase < 0.5 ? left + 1 : left] ?? 0;
    const share = phase < 0.5 ? phase : 1 - phase;
    return near > 0 && far > 0 ? near + share * (far - near) : near;
  };
}

interface Voice {
  samples: Float32Array;
  sampleRate: number;
  pitchAt: PitchAt;
  peak: number;
}

/** From the highest peak in the middle outwards, each pulse where the sound resembles the last one most. */
function pulsesOfStretch(voice: Voice, left: number, right: number): number[] {
  const { pitchAt, peak } = voice;
  const middle = (left + right) / 2;
  const f0 = pitchAt(middle);
  if (!(f0 > 0)) return [];
  const first = extremum(voice, middle - 0.5 / f0, middle + 0.5 / f0);
  /** Pulses one period after the other, later (1) or earlier (−1), until the pitch or the stretch ends. */
  const walk = (side: 1 | -1): number[] => {
    const found: number[] = [];
    for (let at = first; ; ) {
      const hz = pitchAt(at);
      if (!(hz > 0)) return found;
      const ends = [at + (side * 0.8) / hz, at + (side * 1.25) / hz].sort((a, b) => a - b);
      const match = mostAlike(voice, at, 1 / hz, ends[0], ends[1]);
      at = match.correlation === -1 ? at + side / hz : match.time;
      const beyond = side > 0 ? at >= right : at < left;
      const [alike, loud] = beyond ? [0.7, 0.023333] : [0.3, 0.01];
      const heard = match.peak > loud * peak || (!beyond && match.peak === 0);
      if (match.correlation > alike && heard) found.push(at);
      if (beyond) return found;
    }
  };
  return [...walk(-1).reverse(), first, ...walk(1)];
}

/** Time of the sample furthest from 0, refined by a parabola. */
function extremum({ samples, sampleRate }: Voice, from: number, to: number): number {
  const low = Math.max(0, Math.floor(from * sampleRate - 0.5));
  const high = Math.min(samples.length - 1, Math.ceil(to * sampleRate - 0.5));
  let max = low;
  let min = low;
  for (let i = low; i <= high; i++) {
    if (samples[i] > samples[max]) max = i;
    if (samples[i] < samples[min]) min = i;
  }
  const at = samples[max] >= -samples[min] ? max : min;
  if (at === low || at === high) return (at + 0.5) / sampleRate;
  const slope = 0.5 * (samples[at + 1] - samples[at - 1]);
  const curve = 2 * samples[at] - samples[at - 1] - samples[at + 1];
  return (at + 0.5 + (curve === 0 ? 0 : slope / curve)) / sampleRate;
}

/** Where in [from, to] the stretch around it correlates best with that around `time`. */
function mostAlike({ samples, sampleRate }: Voice, time: number, windowSec: number, from: number, to: number) {
  const half = windowSec / 2;
  const nearest = (t: number): number => Math.floor(t * sampleRate);
  const left1 = nearest(time - half);
  const right1 = nearest(time + half);
  const first = Math.floor((from - half) * sampleRate - 0.5);
  const last = Math.ceil((to - half) * sampleRate - 0.5);
  let [r1, r2, r3] = [0, 0, 0];
  let best = { correlation: -1, before: 0, after: 0, at: 0, peak: 0 };
  for (let left2 = first; left2 <= last; left2++) {
    let norm1 = 0;
    let norm2 = 0;
    let product = 0;
    let peak = 0;
    for (let i = left1, j = left2; i <= right1; i++, j++) {
      if (i < 0 || j < 0 || i >= samples.length || j >= samples.length) continue;
      const a = samples[i];
      const b = samples[j];
      norm1 += a * a;
      norm2 += b * b;
      product += a * b;
      peak = Math.max(peak, Math.abs(b));
    }
    [r1, r2, r3] = [r2, r3, product === 0 ? 0 : product / Math.sqrt(norm1 * norm2)];
    if (r2 > best.correlation && r2 >= r1 && r2 >= r3) {
      best = { correlation: r2, before: r1, after: r3, at: left2 - 1, peak };
    }
  }
  if (best.correlation === -1) return { correlation: -1, time, peak: 0 };
  const curve = 2 * best.correlation - best.before - best.after;
  const slope = 0.5 * (best.after - best.before);
  const shift = curve === 0 ? 0 : slope / curve;
  const correlation = best.correlation + (curve === 0 ? 0 : (0.5 * slope * slope) / curve);
  return { correlation, time: time + (best.at + shift - left1) / sampleRate, peak: best.peak };
}
