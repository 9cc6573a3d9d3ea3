import { requirePositive } from "../core/check.js";
import { lfccPlan, mfccPlan } from "../features/cepstrum.js";
import { logMelPlan, melPlan, resolveLevels, spectrogramPlan } from "../features/spectrogram.js";
import { chromaPlan, normalised } from "../spectral/chroma.js";
import { type CqccOptions, checkCqcc, cqcc, cqccStream } from "../spectral/cqcc.js";
import { cqtFrequencies } from "../spectral/cqt.js";
import { gammatonePlan } from "../spectral/gammatone.js";
import { createPcen, type PcenOptions } from "../spectral/pcen.js";
import { type Features, planned } from "./features.js";
import type { FeatureKind, PcenConfig } from "./types.js";

/** What a kind of features brings: its keys with defaults, its columns, and what computes its rows. */
export interface KindDefinition {
  /** Default of each key, in order; a function derives it from the keys before it. */
  defaults: Record<string, unknown | ((config: Values) => unknown)>;
  /** Name of each column. */
  names(config: Values): string[];
  /** Checks, and prepares; `fn` leads its errors. */
  features(fn: string, config: Values): Features;
}

type Values = Record<string, unknown>;

const framing = (nFft: number, hopLength: unknown): KindDefinition["defaults"] => ({
  nFft,
  winLength: (c: Values) => c.nFft,
  hopLength,
  window: "hann",
  center: true,
  padMode: "constant",
});

const mel = {
  ...framing(2048, 512),
  nMels: 128,
  fMin: 0,
  fMax: (c: Values) => (c.sampleRate as number) / 2,
  melScale: "slaney",
  melNorm: "slaney",
  allowEmptyFilters: false,
  power: 2,
};

const decibel = { ref: 1, amin: 1e-10, topDb: 80 };
const cepstrum = { dctType: 2, dctNorm: "ortho", lifter: 0 };

const numbered = (prefix: string, key: string) => (config: Values) =>
  Array.from({ length: config[key] as number }, (_, i) => `${prefix}${i}`);

const halfRate = (c: Values) => (c.sampleRate as number) / 2;

/** A kind of nFilters bands that are evenly spaced for the ear, in power or in decibels. */
const gammatone = (name: string, levels: Partial<typeof decibel>): KindDefinition => ({
  defaults: { ...framing(2048, 512), nFilters: 64, fMin: 50, fMax: halfRate, ...levels },
  names: numbered(name, "nFilters"),
  features: (fn, config) =>
    planned(fn, config, () => {
      const plan = gammatonePlan(fn, options(config));
      return "ref" in config ? { ...plan, decibel: resolveLevels(fn, options(config)) } : plan;
    }),
});

/** Each kind under its name; a new kind of features is a new entry. */
export const kinds: Record<FeatureKind, KindDefinition> = {
  spectrogram: {
    defaults: { ...framing(2048, 512), power: 2 },
    names: (config) => Array.from({ length: 1 + Math.floor((config.nFft as number) / 2) }, (_, i) => `bin${i}`),
    features: (fn, config) => planned(fn, config, () => spectrogramPlan(fn, config)),
  },
  melSpectrogram: {
    defaults: mel,
    names: numbered("mel", "nMels"),
    features: (fn, config) => planned(fn, config, () => melPlan(fn, options(config))),
  },
  logMel: {
    defaults: { ...mel, ...decibel },
    names: numbered("logMel", "nMels"),
    features: (fn, config) => planned(fn, config, () => logMelPlan(fn, options(config))),
  },
  mfcc: {
    defaults: { ...mel, ...decibel, nMfcc: (c: Values) => Math.min(20, c.nMels as number), ...cepstrum },
    names: numbered("mfcc", "nMfcc"),
    features: (fn, config) => planned(fn, config, () => mfccPlan(fn, options(config))),
  },
  lfcc: {
    defaults: {
      ...framing(512, (c: Values) => Math.max(1, Math.floor((c.winLength as number) / 2))),
      nFilters: 128,
      fMin: 0,
      fMax: halfRate,
      ...decibel,
      nLfcc: (c: Values) => Math.min(40, c.nFilters as number),
      ...cepstrum,
    },
    names: numbered("lfcc", "nLfcc"),
    features: (fn, config) => planned(fn, config, () => lfccPlan(fn, options(config))),
  },
  gammatone: gammatone("gammatone", {}),
  logGammatone: gammatone("logGammatone", decibel),
  chroma: {
    defaults: { ...framing(2048, 512), nChroma: 12, tuning: 0 },
    names: numbered("chroma", "nChroma"),
    features: (fn, config) =>
      planned(
        fn,
        config,
        () => chromaPlan(fn, options(config)),
        () => ({ run: normalised, reset: () => {} }),
      ),
  },
  pcen: {
    defaults: {
      ...mel,
      power: 1,
      scale: 2 ** 31,
      gain: 0.98,
      bias: 2,
      pcenPower: 0.5,
      timeConstantSec: 0.4,
      eps: 1e-6,
    },
    names: numbered("pcen", "nMels"),
    features(fn, config) {
      const { nMels, scale, pcenPower, ...rest } = options<PcenConfig & PcenOptions>(config) as Required<PcenConfig>;
      requirePositive(fn, "scale", scale);
      const create = () => createPcen(nMels, { ...rest, power: pcenPower }, fn);
      create();
      return planned(
        fn,
        config,
        () => melPlan(fn, options(config)),
        () => {
          const state = create();
          return {
            run(rows) {
              for (let i = 0; i < rows.data.length; i++) rows.data[i] *= scale;
              state.run(rows, rows);
            },
            reset: state.reset,
          };
        },
      );
    },
  },
  cqcc: {
    defaults: {
      hopLength: 512,
      fMin: cqtFrequencies()[0],
      nBins: 84,
      binsPerOctave: 12,
      filterScale: 1,
      padMode: "constant",
      nLinear: (c: Values) => c.nBins,
      nCqcc: (c: Values) => Math.min(20, c.nLinear as number),
    },
    names: numbered("cqcc", "nCqcc"),
    features(fn, config) {
      const own = options<CqccOptions>(config);
      checkCqcc(fn, own);
      return {
        cols: own.nCqcc as number,
        frameLength: 1,
        rows: (samples) => cqcc(samples, own),
        stream: () => cqccStream(own),
      };
    },
  },
};

/** A resolved config holds all that the features' own options do. */
function options<T>(config: Values): T {
  return config as T;
}
