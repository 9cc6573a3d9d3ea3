import type { FeatureConfig, LogMelConfig } from "@earshot/dsp";
import type { LiveModel } from "../src/session/model.js";

/** Reproducible noise with a swelling tone in it, so that every window differs. */
export function testSignal(seconds: number, sampleRate = 16_000, seed = 1): Float32Array {
  let state = seed * 2_654_435_761;
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const tone = Math.sin((2 * Math.PI * (300 + 40 * Math.sin(i / 9000)) * i) / sampleRate);
    return 0.1 * (state / 2 ** 31) + 0.4 * (i / (seconds * sampleRate)) * tone;
  });
}

export const logMel: LogMelConfig = {
  kind: "logMel",
  sampleRate: 16_000,
  nFft: 512,
  hopLength: 160,
  nMels: 20,
  center: false,
  topDb: null,
};

/** A model whose answer depends on every number of the window: a logistic function of their mean and of their spread. */
export function meanModel(name: string, features: FeatureConfig = logMel, windowSec = 1, stepSec = 0.25): LiveModel {
  return {
    info: {
      name,
      task: "other",
      title: name,
      classes: ["high", "low"],
      windowSec,
      stepSec,
      threshold: 0.6,
      ignore: [],
      features,
    },
    predict({ data }) {
      let sum = 0;
      let square = 0;
      for (let i = 0; i < data.length; i++) {
        sum += data[i] * (1 + (i % 7));
        square += data[i] * data[i];
      }
      const p = 1 / (1 + Math.exp(-(sum / data.length + 100) / 50 - square / data.length / 1e4));
      return [p, 1 - p];
    },
  };
}

/** A logger for servers whose troubles the test makes. */
export const silent = { debug() {}, info() {}, warn() {}, error() {} };
