import type { Matrix, ModelState, Tensor } from "@earshot/models";
import { embedSamples } from "@earshot/models/generative";
import { type NeuralClassifier, neuralClassifier } from "@earshot/models/neural";
import type { SoundPart } from "./prepareSounds.js";

/** A classifier of spectrograms that the generator never meets. */
export interface SoundJudge {
  readonly classifier: NeuralClassifier;
  predict(spectrograms: readonly Float32Array[]): Promise<string[]>;
  /** What its last hidden layer sees: items × features. */
  embed(spectrograms: readonly Float32Array[]): Promise<Matrix>;
  dispose(): void;
}

/** Spectrograms as one tensor. */
export function stack(spectrograms: readonly Float32Array[], shape: readonly [number, number]): Tensor {
  const size = shape[0] * shape[1];
  const data = new Float32Array(spectrograms.length * size);
  for (const [i, one] of spectrograms.entries()) data.set(one, i * size);
  return { data, shape: [spectrograms.length, ...shape] };
}

/** A network as small as the task: four convolutions on a picture of one channel. */
function network(epochs: number, seed: number): NeuralClassifier {
  const block = (filters: number, strides = 1) =>
    [{ kind: "conv2d", filters, strides }, { kind: "batchNorm" }, { kind: "activation", activation: "relu" }] as const;
  return neuralClassifier({
    layers: [
      ...block(16, 2),
      ...block(32),
      { kind: "maxPool", size: [2, 2] },
      ...block(64),
      { kind: "maxPool", size: [2, 2] },
      ...block(64),
      { kind: "globalPool", mode: "both" },
      { kind: "dropout", rate: 0.3 },
    ],
    optimizer: { kind: "adamW", learningRate: 3e-3, weightDecay: 0.02 },
    schedule: { kind: "cosine", warmup: 0.05 },
    augment: { shift: 4, mask: { frames: 8, features: 8, count: 1 }, noise: 0.05, mixUp: 0.1 },
    ...{ epochs, seed, batchSize: 32, labelSmoothing: 0.1 },
  });
}

/** Trains a judge. */
export async function trainJudge(
  { spectrograms, labels }: Pick<SoundPart, "spectrograms" | "labels">,
  shape: readonly [number, number],
  { epochs, seed, threads, signal }: { epochs: number; seed: number; threads: number; signal?: AbortSignal },
): Promise<SoundJudge> {
  const classifier = network(epochs, seed);
  await classifier.fit(stack(spectrograms, shape), labels, { threads, ...(signal && { signal }) });
  return judgeOf(classifier, shape);
}

/** A judge from what was stored. */
export function judgeOf(classifier: NeuralClassifier, shape: readonly [number, number]): SoundJudge {
  return {
    classifier,
    predict: (spectrograms) => classifier.predict(stack(spectrograms, shape)),
    embed: (spectrograms) => embedSamples(classifier.getState() as ModelState, stack(spectrograms, shape)),
    dispose: () => classifier.dispose(),
  };
}
