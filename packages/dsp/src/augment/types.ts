import type { NoiseColor } from "../synthesis/noise.js";

/** One value, or `[low, high]` to draw from, evenly unless said otherwise. */
export type Range = number | readonly [low: number, high: number];

interface Chance {
  /** Probability that the transform happens, in [0, 1] (default 1). */
  p?: number;
}

/** A change of the audio itself; plain JSON. */
export type SampleTransform = Chance &
  (
    | { kind: "gain"; gainDb: Range }
    | { kind: "normalizePeak"; peak?: Range }
    | { kind: "normalizeRms"; rmsDb?: Range }
    | { kind: "normalizeLoudness"; targetLufs?: Range }
    /** Generated noise, `snrDb` below the signal. */
    | { kind: "noise"; snrDb: Range; color?: NoiseColor }
    /** Recorded noise: a random stretch of a random clip of the named asset. */
    | { kind: "backgroundNoise"; snrDb: Range; asset: string }
    | { kind: "pitchShift"; nSteps: Range }
    | { kind: "timeStretch"; rate: Range }
    | { kind: "speed"; factor: Range }
    | { kind: "timeShift"; shiftSec: Range; mode?: "constant" | "wrap" }
    /** A random stretch of this length; shorter clips are padded on both sides. */
    | { kind: "crop"; lengthSec: Range }
    /** A made-up room; source and microphone are put at random places when method is "image". */
    | { kind: "reverb"; rt60Sec: Range; wet?: Range; method?: "image" | "exponential" }
    /** A recorded room or device: a random clip of the named asset. */
    | { kind: "impulseResponse"; asset: string; wet?: Range }
    /** Edges are drawn evenly in octaves. */
    | { kind: "bandLimit"; lowHz?: Range; highHz?: Range; order?: number }
    /** One bell of random centre (evenly in octaves), width and gain. */
    | { kind: "equalizer"; gainDb: Range; frequencyHz?: Range; q?: Range }
    | { kind: "muLaw"; mu?: number }
    /** Threshold as a share of the clip's peak. */
    | { kind: "clip"; share: Range }
    | { kind: "saturate"; driveDb: Range }
    | { kind: "quantize"; bits: Range }
    | { kind: "invert" }
  );

/** A change of features, frames × bands; plain JSON. Widths are drawn as whole numbers. */
export type FeatureTransform = Chance &
  (
    | { kind: "timeMask"; width: Range; count?: Range; value?: number | "mean" }
    | { kind: "frequencyMask"; width: Range; count?: Range; value?: number | "mean" }
    /** Normal noise of this deviation on every number. */
    | { kind: "featureNoise"; deviation: Range }
  );

/** One of several, drawn at random: each as likely, unless `weights` says otherwise. */
export interface OneOf extends Chance {
  kind: "oneOf";
  transforms: readonly Transform[];
  /** One number ≥ 0 for each transform. */
  weights?: readonly number[];
}

/** A step of an augmentation; plain JSON, told apart by `kind`. */
export type Transform = SampleTransform | FeatureTransform | OneOf;

/** Recorded sounds that transforms name, at the sample rate of what they are applied to. */
export type AugmentAssets = Readonly<Record<string, readonly Float32Array[]>>;
