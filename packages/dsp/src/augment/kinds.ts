import type { Rng } from "../core/random.js";
import type { Matrix } from "../core/types.js";
import { bandLimit } from "../effects/bandLimit.js";
import { applyImpulseResponse } from "../effects/convolve.js";
import { clip, quantize, saturate } from "../effects/distortion.js";
import { fixLength } from "../effects/fixLength.js";
import { gain, normalizeLoudness, normalizePeak, normalizeRms, peakOf } from "../effects/level.js";
import { frequencyMask, timeMask } from "../effects/masks.js";
import { mixAtSnr } from "../effects/mixAtSnr.js";
import { muLaw } from "../effects/muLaw.js";
import { pitchShift, speed } from "../effects/pitchShift.js";
import { roomImpulseResponse } from "../effects/room.js";
import { timeShift } from "../effects/timeShift.js";
import { timeStretch } from "../effects/timeStretch.js";
import { biquad } from "../filters/biquad.js";
import { sosFilter } from "../filters/sosFilter.js";
import { type NoiseColor, noise } from "../synthesis/noise.js";
import { assetName, choice, fixed, maskValue, type Parameter, range } from "./parameters.js";

/** What a transform is given beside the data: drawn numbers and words by option name, and sources of more. */
export interface Drawn {
  n: Readonly<Record<string, number>>;
  s: Readonly<Record<string, string>>;
  rng: Rng;
  /** Hz; 0 for features. */
  sampleRate: number;
  /** A random clip of a named asset. */
  asset(name: string): Float32Array;
}

export interface Kind<T> {
  options: Readonly<Record<string, Parameter>>;
  apply(data: T, drawn: Drawn): T;
}

const kind = <T>(options: Record<string, Parameter>, apply: Kind<T>["apply"]): Kind<T> => ({ options, apply });
const decibels = (fallback?: number): Parameter => range({ low: -120, high: 120, fallback });
const share = (fallback?: number): Parameter => range({ low: 0, high: 1, fallback });
const tempo = range({ low: 0.1, high: 10 });

/** Every change of audio, by name; {@link SampleTransform} says what each does. */
export const sampleKinds: Readonly<Record<string, Kind<Float32Array>>> = {
  gain: kind({ gainDb: decibels() }, (x, { n }) => gain(x, { gainDb: n.gainDb })),
  normalizePeak: kind({ peak: range({ low: 1e-3, high: 1, fallback: 1 }) }, (x, { n }) =>
    normalizePeak(x, { peak: n.peak }),
  ),
  normalizeRms: kind({ rmsDb: range({ low: -120, high: 0, fallback: -20 }) }, (x, { n }) =>
    normalizeRms(x, { rmsDb: n.rmsDb }),
  ),
  normalizeLoudness: kind({ targetLufs: range({ low: -70, high: 0, fallback: -23 }) }, (x, { n, sampleRate }) =>
    normalizeLoudness(x, { sampleRate, targetLufs: n.targetLufs }),
  ),
  noise: kind({ snrDb: decibels(), color: choice("white", "pink", "brown") }, (x, { n, s, rng }) =>
    x.length === 0
      ? x
      : mixAtSnr(x, noise({ length: x.length, seed: rng, color: s.color as NoiseColor }), { snrDb: n.snrDb }),
  ),
  backgroundNoise: kind({ snrDb: decibels(), asset: assetName }, (x, { n, s, rng, asset }) => {
    const clip = asset(s.asset);
    return mixAtSnr(x, clip, { snrDb: n.snrDb, offset: rng.integer(0, Math.max(0, clip.length - 1)) });
  }),
  pitchShift: kind({ nSteps: range({ low: -24, high: 24 }) }, (x, { n }) => pitchShift(x, { nSteps: n.nSteps })),
  timeStretch: kind({ rate: tempo }, (x, { n }) => timeStretch(x, { rate: n.rate })),
  speed: kind({ factor: tempo }, (x, { n }) => speed(x, { factor: n.factor })),
  timeShift: kind({ shiftSec: range({ low: -3600, high: 3600 }), mode: choice("constant", "wrap") }, (x, d) =>
    timeShift(x, { shift: Math.round(d.n.shiftSec * d.sampleRate), mode: d.s.mode as "constant" | "wrap" }),
  ),
  crop: kind({ lengthSec: range({ low: 0, high: 3600 }) }, (x, { n, rng, sampleRate }) => {
    const length = Math.round(n.lengthSec * sampleRate);
    const start = rng.integer(0, Math.max(0, x.length - length));
    return fixLength(x.subarray(start), { length, side: x.length < length ? "both" : "end" });
  }),
  reverb: kind(
    { rt60Sec: range({ low: 0.02, high: 5 }), wet: share(1), method: choice("image", "exponential") },
    (x, { n, s, rng, sampleRate }) => {
      const somewhere = (size: number): number => size * rng.uniform(0.1, 0.9);
      const roomM = [rng.uniform(3, 10), rng.uniform(3, 8), rng.uniform(2.4, 4)] as const;
      const [width, depth, height] = roomM;
      const response = roomImpulseResponse({
        sampleRate,
        rt60Sec: n.rt60Sec,
        kind: s.method as "image" | "exponential",
        roomM,
        sourceM: [somewhere(width), somewhere(depth), somewhere(height)],
        microphoneM: [somewhere(width), somewhere(depth), somewhere(height)],
        seed: rng,
      });
      return applyImpulseResponse(x, response, { wet: n.wet });
    },
  ),
  impulseResponse: kind({ asset: assetName, wet: share(1) }, (x, { n, s, asset }) =>
    applyImpulseResponse(x, asset(s.asset), { wet: n.wet }),
  ),
  bandLimit: kind(
    {
      lowHz: range({ low: 0, high: 1e6, octaves: true, fallback: 0 }),
      highHz: range({ low: 1, high: 1e6, octaves: true, fallback: 1e6 }),
      order: fixed({ low: 1, high: 30, fallback: 4 }),
    },
    (x, { n, sampleRate }) =>
      bandLimit(x, { sampleRate, lowHz: Math.min(n.lowHz, sampleRate * 0.49), highHz: n.highHz, order: n.order }),
  ),
  equalizer: kind(
    {
      gainDb: decibels(),
      frequencyHz: range({ low: 1, high: 1e6, octaves: true, fallback: [100, 6000] }),
      q: range({ low: 0.05, high: 50, fallback: 1 }),
    },
    (x, { n, sampleRate }) =>
      sosFilter(
        x,
        biquad({
          kind: "peaking",
          frequency: Math.min(n.frequencyHz, sampleRate * 0.45),
          sampleRate,
          q: n.q,
          gainDb: n.gainDb,
        }),
      ),
  ),
  muLaw: kind({ mu: fixed({ low: 1, high: 65535, fallback: 255 }) }, (x, { n }) => muLaw(x, { mu: n.mu })),
  clip: kind({ share: range({ low: 0.001, high: 1 }) }, (x, { n }) => {
    const peak = peakOf(x);
    return peak === 0 ? x : clip(x, { threshold: n.share * peak });
  }),
  saturate: kind({ driveDb: range({ low: 0, high: 60 }) }, (x, { n }) => saturate(x, { driveDb: n.driveDb })),
  quantize: kind({ bits: range({ low: 1, high: 24, integer: true }) }, (x, { n }) => quantize(x, { bits: n.bits })),
  invert: kind({}, (x) => x.map((v) => -v)),
};

const maskOptions = {
  width: range({ low: 0, high: 1e6, integer: true }),
  count: range({ low: 0, high: 100, integer: true, fallback: 1 }),
  value: maskValue,
};

function masks(mask: typeof timeMask, sizeOf: (features: Matrix) => number): Kind<Matrix> {
  return kind(maskOptions, (features, { n, s, rng }) => {
    const size = sizeOf(features);
    const width = Math.min(n.width, size);
    const value = s.value === "mean" ? "mean" : n.value;
    let out = features;
    for (let i = 0; i < n.count; i++) out = mask(out, { start: rng.integer(0, size - width), width, value });
    return out;
  });
}

/** Every change of features, by name; {@link FeatureTransform} says what each does. */
export const featureKinds: Readonly<Record<string, Kind<Matrix>>> = {
  timeMask: masks(timeMask, ({ rows }) => rows),
  frequencyMask: masks(frequencyMask, ({ cols }) => cols),
  featureNoise: kind({ deviation: range({ low: 0, high: 1e6 }) }, (features, { n, rng }) => ({
    ...features,
    data: features.data.map((v) => v + rng.normal(0, n.deviation)),
  })),
};
