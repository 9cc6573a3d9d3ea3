import { lfccPlan, mfccPlan } from "../features/cepstrum.js";
import type { RowPlan } from "../features/rowKernel.js";
import { logMelPlan, melPlan, spectrogramPlan } from "../features/spectrogram.js";
import type { FeatureConfig, FeatureKind } from "./types.js";

/** What a kind of features brings: its keys with defaults, its columns, and the plan of its rows. */
export interface KindDefinition {
  /** Default of each key, in order; a function derives it from the keys before it. */
  defaults: Record<string, unknown | ((config: Record<string, unknown>) => unknown)>;
  /** Name of each column. */
  names(config: Record<string, unknown>): string[];
  /** Checks and plans; `fn` leads its errors. */
  plan(fn: string, config: Record<string, unknown>): RowPlan;
}

const framing = (nFft: number, hopLength: unknown): KindDefinition["defaults"] => ({
  nFft,
  winLength: (c: Record<string, unknown>) => c.nFft,
  hopLength,
  window: "hann",
  center: true,
  padMode: "constant",
});

const mel = {
  ...framing(2048, 512),
  nMels: 128,
  fMin: 0,
  fMax: (c: Record<string, unknown>) => (c.sampleRate as number) / 2,
  melScale: "slaney",
  melNorm: "slaney",
  allowEmptyFilters: false,
  power: 2,
};

const decibel = { ref: 1, amin: 1e-10, topDb: 80 };
const cepstrum = { dctType: 2, dctNorm: "ortho", lifter: 0 };

const numbered = (prefix: string, key: string) => (config: Record<string, unknown>) =>
  Array.from({ length: config[key] as number }, (_, i) => `${prefix}${i}`);

/** Each kind under its name; a new kind of features is a new entry. */
export const kinds: Record<FeatureKind, KindDefinition> = {
  spectrogram: {
    defaults: { ...framing(2048, 512), power: 2 },
    names: (config) => Array.from({ length: 1 + Math.floor((config.nFft as number) / 2) }, (_, i) => `bin${i}`),
    plan: (fn, config) => spectrogramPlan(fn, config),
  },
  melSpectrogram: {
    defaults: mel,
    names: numbered("mel", "nMels"),
    plan: (fn, config) => melPlan(fn, options(config)),
  },
  logMel: {
    defaults: { ...mel, ...decibel },
    names: numbered("logMel", "nMels"),
    plan: (fn, config) => logMelPlan(fn, options(config)),
  },
  mfcc: {
    defaults: {
      ...mel,
      ...decibel,
      nMfcc: (c: Record<string, unknown>) => Math.min(20, c.nMels as number),
      ...cepstrum,
    },
    names: numbered("mfcc", "nMfcc"),
    plan: (fn, config) => mfccPlan(fn, options(config)),
  },
  lfcc: {
    defaults: {
      ...framing(512, (c: Record<string, unknown>) => Math.max(1, Math.floor((c.winLength as number) / 2))),
      nFilters: 128,
      fMin: 0,
      fMax: (c: Record<string, unknown>) => (c.sampleRate as number) / 2,
      ...decibel,
      nLfcc: (c: Record<string, unknown>) => Math.min(40, c.nFilters as number),
      ...cepstrum,
    },
    names: numbered("lfcc", "nLfcc"),
    plan: (fn, config) => lfccPlan(fn, options(config)),
  },
};

/** The definition of a config's kind. */
export function kindOf(config: FeatureConfig): KindDefinition {
  return kinds[config.kind];
}

/** A resolved config holds all that the features' own options do. */
function options<T>(config: Record<string, unknown>): T {
  return config as T;
}
