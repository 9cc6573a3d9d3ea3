import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as egemaps from "../src/egemaps/index.js";
import * as dsp from "../src/index.js";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const words = new Set(readme.match(/[A-Za-z]\w+/g));
/** Functions that the tables mark with a ~. */
const marked = new Set([...readme.matchAll(/`(\w+)(?:\([^`]*\))?`~/g)].map(([, name]) => name));
const exported = { ...dsp, ...egemaps };
const names = Object.keys(exported);

/** Why a function has no streaming twin. */
const withoutTwin: Record<string, string[]> = {
  "one sample, row or number at a time: call it on each chunk": [
    ...["gain", "muLaw", "muCompress", "muExpand", "clip", "saturate", "quantize", "dct", "powerToDb", "amplitudeToDb"],
    ...["dbToPower", "dbToAmplitude", "hzToMel", "melToHz", "erb"],
  ],
  "one frame at a time": ["fft", "ifft", "rfft", "irfft", "createFft", "createRealFft", "autocorrelation", "lpc"],
  "looks at the whole recording": [
    ...[
      "trim",
      "splitSilence",
      "removeSilence",
      "normalizePeak",
      "normalizeRms",
      "normalizeLoudness",
      "normalizeFeatures",
    ],
    ...["mixAtSnr", "applyImpulseResponse", "sosFiltFilt", "fixLength", "timeShift", "timeMask", "frequencyMask"],
    ...["griffinLim", "melToStft", "melToAudio", "poolFeatures", "compose", "augmentFromConfig"],
    ...["formants", "harmonicity", "voicePulses", "jitter", "shimmer", "egemaps"],
  ],
  "its stream has another name": ["extractFeatures", "featureExtractor", "loudness", "phaseVocoder"],
  "is a stream": ["createFeatureStream", "loudnessMeter"],
  "makes tables, filters or signals": [
    ...[
      "featureNames",
      "resolveFeatureConfig",
      "frameCount",
      "frameTimes",
      "getWindow",
      "melFrequencies",
      "melFilterBank",
    ],
    ...[
      "linearFilterBank",
      "chromaFilterBank",
      "gammatoneFilterBank",
      "gammatoneFilter",
      "cqtFrequencies",
      "erbFrequencies",
    ],
    ...[
      "aWeighting",
      "aWeightingFilter",
      "biquad",
      "butterworth",
      "roomImpulseResponse",
      "createRng",
      "tone",
      "chirp",
      "noise",
    ],
  ],
};

describe("the README", () => {
  it("names every export", () => {
    const missing = names.filter(
      (name) => !words.has(name) && !(name.endsWith("Stream") && marked.has(name.slice(0, -"Stream".length))),
    );
    expect(missing).toEqual([]);
  });

  it("marks the functions that have a streaming twin, and no others", () => {
    const twins = names.filter((name) => `${name}Stream` in exported);
    expect([...marked].sort()).toEqual(twins.sort());
  });
});

describe("streaming twins", () => {
  it("are there for every function but those of which it is said why not", () => {
    const excused = new Set(Object.values(withoutTwin).flat());
    const without = names.filter(
      (name) =>
        typeof exported[name as keyof typeof exported] === "function" &&
        !name.endsWith("Stream") &&
        !(`${name}Stream` in exported),
    );
    expect(without.filter((name) => !excused.has(name))).toEqual([]);
    expect([...excused].filter((name) => !names.includes(name))).toEqual([]);
  });
});
