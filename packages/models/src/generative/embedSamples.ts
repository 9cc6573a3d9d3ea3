import { tf, useEngine } from "@earshot/engine";
import { readState } from "../core/state.js";
import type { Matrix, ModelState, StateTensor, Tensor } from "../core/types.js";
import { type NeuralClassifierOptions, readNeuralOptions } from "../neural/options.js";
import { gatherBatch, toSamples } from "../neural/samples.js";
import { networkFor } from "../neural/trainer.js";

/** Samples at a time. */
const most = 64;

/**
 * What the last hidden layer of a trained network sees in samples: the embeddings on which Fréchet distances are taken.
 *
 * @param state of a fitted `neuralClassifier`
 * @param x samples as it takes them
 * @returns samples × features
 * @throws RangeError if the state is of another kind, or the samples of another shape
 */
export async function embedSamples(state: ModelState, x: Tensor): Promise<Matrix> {
  const read = readState(state);
  if (state.kind !== "neuralClassifier") {
    throw new RangeError(`embedSamples: a neuralClassifier is needed, got a "${state.kind}".`);
  }
  const samples = toSamples("embedSamples", x);
  const inputShape = read.numbers("inputShape");
  if (samples.shape.join() !== inputShape.join()) {
    throw new RangeError(`embedSamples: fitted on samples of shape [${inputShape}], got [${samples.shape}].`);
  }
  await useEngine();
  const settings = readNeuralOptions(read.options() as NeuralClassifierOptions);
  const network = networkFor(settings, inputShape, read.texts("classes").length);
  try {
    network.setWeights((state.weights as readonly StateTensor[]).map((w) => w.data as Float32Array));
    const parts: Float32Array[] = [];
    for (let from = 0; from < samples.n; from += most) {
      const index = Int32Array.from({ length: Math.min(most, samples.n - from) }, (_, i) => from + i);
      tf.tidy(() => {
        const batch = tf.tensor(gatherBatch(samples, index), [index.length, ...samples.shape]);
        const hidden = network.layers.slice(0, -1);
        const seen = hidden.reduce<tf.Tensor>((h, layer) => layer.apply(h, { training: false, seed: 0 }), batch);
        parts.push((seen.dataSync() as Float32Array).slice());
      });
    }
    const total = parts.reduce((sum, part) => sum + part.length, 0);
    const data = new Float32Array(total);
    let at = 0;
    for (const part of parts) {
      data.set(part, at);
      at += part.length;
    }
    return { data, rows: samples.n, cols: samples.n > 0 ? total / samples.n : 0 };
  } finally {
    network.dispose();
  }
}
