import type { DctNorm, DctType } from "../core/dct.js";
import type { PadMode } from "../core/frame.js";
import type { MelNorm, MelScale } from "../core/mel.js";
import type { WindowSpec } from "../core/window.js";
import type { PoolStatistic } from "./pool.js";

/** Silence removal at both ends, by level: see `trim`. */
export interface TrimConfig {
  /** dB below the loudest frame (default 60). */
  topDb?: number;
  /** Samples (default 2048). */
  frameLength?: number;
  /** Samples (default 512). */
  hopLength?: number;
}

/** Temporal pooling: the matrix becomes one row of segments × statistics × features. */
export interface PoolConfig {
  /** In the order wanted (default mean and std). */
  statistics?: PoolStatistic[];
  /** Equal parts of the clip that are pooled apart (default 1). */
  segments?: number;
}

/** Steps that every kind of features shares. */
export interface SharedConfig {
  /** Hz of the samples that go in; `resample` brings others there. Required. */
  sampleRate: number;
  /** Removes silence at both ends first (default null: keeps it). */
  trim?: TrimConfig | null;
  /** Coefficient in [0, 1]; 0 (the default) for none. */
  preEmphasis?: number;
  /** Fixed length: longer clips are cropped, shorter ones padded with zeros (default null: as long as they are). */
  durationSec?: number | null;
  /** What fixed length keeps: the start of the clip (the default), or its middle. */
  durationAlign?: "start" | "center";
  /** Derivatives appended to every row, over 9 frames (default 0). */
  deltas?: 0 | 1 | 2;
  /** Of each column over the clip: subtracts the mean, or also divides by the deviation (default "none"). */
  normalize?: "none" | "mean" | "meanVariance";
  /** Default null: a row a frame. */
  pool?: PoolConfig | null;
}

/** How the signal is cut into spectra: see `stft`. */
export interface FramingConfig {
  nFft?: number;
  hopLength?: number;
  winLength?: number;
  window?: WindowSpec;
  center?: boolean;
  padMode?: PadMode;
}

/** What all kinds on the mel scale share. */
export interface MelConfig extends SharedConfig, FramingConfig {
  nMels?: number;
  fMin?: number;
  fMax?: number;
  melScale?: MelScale;
  melNorm?: MelNorm;
  allowEmptyFilters?: boolean;
  power?: number;
}

export interface DecibelConfig {
  ref?: number;
  amin?: number;
  topDb?: number | null;
}

export interface CepstrumConfig extends DecibelConfig {
  dctType?: DctType;
  dctNorm?: DctNorm;
  lifter?: number;
}

/** Magnitudes or powers of all bins: what `spectrogram` takes, as plain JSON. */
export interface SpectrogramConfig extends SharedConfig, FramingConfig {
  kind: "spectrogram";
  power?: number;
}

/** Mel bands, linear: what `melSpectrogram` takes, as plain JSON. */
export interface MelSpectrogramConfig extends MelConfig {
  kind: "melSpectrogram";
}

/** Mel bands in decibels: what `logMelSpectrogram` takes, as plain JSON. */
export interface LogMelConfig extends MelConfig, DecibelConfig {
  kind: "logMel";
}

/** Mel-frequency cepstral coefficients: what `mfcc` takes, as plain JSON. */
export interface MfccConfig extends MelConfig, CepstrumConfig {
  kind: "mfcc";
  nMfcc?: number;
}

/** Linear-frequency cepstral coefficients: what `lfcc` takes, as plain JSON. */
export interface LfccConfig extends SharedConfig, FramingConfig, CepstrumConfig {
  kind: "lfcc";
  nFilters?: number;
  fMin?: number;
  fMax?: number;
  nLfcc?: number;
}

/** Gammatone filter bank: what `gammatoneSpectrogram` takes, as plain JSON. */
export interface GammatoneConfig extends SharedConfig, FramingConfig {
  kind: "gammatone";
  nFilters?: number;
  fMin?: number;
  fMax?: number;
}

/** Gammatone filter bank in decibels. */
export interface LogGammatoneConfig extends Omit<GammatoneConfig, "kind">, DecibelConfig {
  kind: "logGammatone";
}

/** Pitch classes: what `chroma` takes, as plain JSON. */
export interface ChromaConfig extends SharedConfig, FramingConfig {
  kind: "chroma";
  nChroma?: number;
  tuning?: number;
}

/** Mel bands after per-channel energy normalisation: what `melSpectrogram` and `pcen` take, as plain JSON. */
export interface PcenConfig extends MelConfig {
  kind: "pcen";
  /** The mel spectrogram (of amplitudes, unless `power` says otherwise) is multiplied by it first (default 2³¹, as in librosa's example). */
  scale?: number;
  gain?: number;
  bias?: number;
  /** The root: `power` of `pcen` (default 0.5). */
  pcenPower?: number;
  timeConstantSec?: number;
  eps?: number;
}

/** Constant-Q cepstral coefficients: what `cqcc` takes, as plain JSON. */
export interface CqccConfig extends SharedConfig {
  kind: "cqcc";
  hopLength?: number;
  fMin?: number;
  nBins?: number;
  binsPerOctave?: number;
  filterScale?: number;
  padMode?: PadMode;
  nLinear?: number;
  nCqcc?: number;
}

/**
 * Everything between PCM at `sampleRate` and the matrix that a model eats, as plain JSON: it travels from recipe to model folder to live
 * session to browser. Steps in this order: trim, preEmphasis, durationSec, the features of `kind`, deltas, normalize, pool.
 */
export type FeatureConfig =
  | SpectrogramConfig
  | MelSpectrogramConfig
  | LogMelConfig
  | MfccConfig
  | LfccConfig
  | GammatoneConfig
  | LogGammatoneConfig
  | ChromaConfig
  | PcenConfig
  | CqccConfig;

/** What a `FeatureConfig` may ask for: "mfcc", "logMel" … */
export type FeatureKind = FeatureConfig["kind"];

/** A config with every default filled in. */
export type ResolvedFeatureConfig = FeatureConfig & ResolvedShared;

/** The shared steps with their defaults filled in. */
export type ResolvedShared = Required<Omit<SharedConfig, "trim" | "pool">> & {
  trim: Required<TrimConfig> | null;
  pool: Required<PoolConfig> | null;
};
