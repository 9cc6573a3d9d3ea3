import { extractFeatures, type FeatureConfig } from "@earshot/dsp";
import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { createRandom, neuralClassifier, pipeline, standardScaler } from "../src/index.js";
import { exportOnnx } from "../src/onnx/index.js";
import { expectClose } from "./golden.js";

const sampleRate = 8000;
const rng = createRandom(3);
/** A voice-like clip of half a second: harmonics, a little noise, silence at its end. */
const clip = (f0: number): Float32Array =>
  Float32Array.from({ length: 4000 }, (_, t) => {
    const tone = [1, 2, 3, 5].reduce((sum, h) => sum + Math.sin((2 * Math.PI * f0 * h * t) / sampleRate) / h, 0);
    return t > 3300 ? 0 : 0.2 * tone * Math.sin((Math.PI * t) / 3300) + 0.002 * rng.normal();
  });
const clips = [110, 140, 180, 220, 260, 300].map(clip);
const labels = ["low", "low", "low", "high", "high", "high"];
const base = { sampleRate, durationSec: 0.5, nFft: 256, hopLength: 100, nMels: 24 } as const;

const configs: Record<string, FeatureConfig> = {
  "log-mel as librosa has it": { kind: "logMel", ...base },
  "log-mel of shorter windows, one by one": {
    kind: "logMel",
    ...base,
    winLength: 200,
    window: "hamming",
    center: false,
    topDb: null,
    normalize: "meanVariance",
  },
  "MFCC, pre-emphasised, liftered, with derivatives": {
    kind: "mfcc",
    ...base,
    nMfcc: 13,
    preEmphasis: 0.97,
    lifter: 22,
    deltas: 2,
    padMode: "reflect",
  },
  "mel of magnitudes, centred by its mean": {
    kind: "melSpectrogram",
    ...base,
    power: 1,
    normalize: "mean",
    padMode: "edge",
  },
  "linear-frequency cepstra": {
    kind: "lfcc",
    sampleRate,
    durationSec: 0.5,
    nFft: 256,
    nFilters: 30,
    nLfcc: 12,
    deltas: 1,
  },
  "a spectrogram": { kind: "spectrogram", sampleRate, durationSec: 0.5, nFft: 120, hopLength: 60 },
};

/** What onnxruntime says of all clips. */
async function run(file: Uint8Array): Promise<number[]> {
  const session = await ort.InferenceSession.create(file, { logSeverityLevel: 3 });
  const samples = Float32Array.from(clips.flatMap((c) => Array.from(c)));
  const { probabilities } = await session.run({ samples: new ort.Tensor("float32", samples, [clips.length, 4000]) });
  await session.release();
  return Array.from(probabilities.data as Float32Array);
}

describe("an ONNX file with its features inside", () => {
  it.each(Object.entries(configs))("%s gives the same probabilities from samples", async (_, features) => {
    const rows = clips.map((samples) => extractFeatures(samples, features));
    const { rows: frames, cols } = rows[0];
    const x = {
      data: Float32Array.from(rows.flatMap(({ data }) => Array.from(data))),
      shape: [clips.length, frames, cols],
    };
    const model = pipeline(
      standardScaler(),
      neuralClassifier({
        layers: [{ kind: "conv1d", filters: 8, activation: "relu" }, { kind: "globalPool" }],
        epochs: 3,
        batchSize: 6,
      }),
    );
    await model.fit(x, labels);
    const want = await model.predictProba(x);
    expectClose(await run(await exportOnnx(model, { features })), Array.from(want.data), 1e-4);
    model.dispose();
  });

  it("is refused where the graph has no counterpart", async () => {
    const x = { data: new Float32Array(2 * 4 * 3).map((_, i) => Math.sin(i)), shape: [2, 4, 3] };
    const model = await neuralClassifier({ layers: [{ kind: "flatten" }], epochs: 1 }).fit(x, ["a", "b"]);
    const refused = (features: FeatureConfig) => expect(exportOnnx(model, { features })).rejects;
    await refused({ kind: "logMel", ...base, trim: {} }).toThrow(
      new TypeError(
        "exportOnnx: features behind features.trim cannot be in the graph; export the model without its features.",
      ),
    );
    await refused({ kind: "logMel", ...base, durationSec: null }).toThrow(
      new TypeError(
        "exportOnnx: features of clips of any length (set features.durationSec) cannot be in the graph; export the model without its features.",
      ),
    );
    await refused({ kind: "logMel", ...base }).toThrow(
      new RangeError("exportOnnx: the model takes [4,3], these features give [41,24]."),
    );
    model.dispose();
  });
});
