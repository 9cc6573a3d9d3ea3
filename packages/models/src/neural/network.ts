import { initialise, tf } from "@earshot/engine";
import type { Rng } from "../core/random.js";
import { type Layer, type LayerSpec, makeLayer, type Weight } from "./layers.js";

/** Layers in a row, with their weights as tensors. */
export interface Network {
  readonly layers: readonly Layer[];
  /** Shape of one sample after each layer. */
  readonly shapes: readonly (readonly number[])[];
  /** Every weight, moving statistics included, in the order of the layers. */
  readonly weights: readonly Weight[];
  /** [n, ...input] → [n, ...output]. `seed` decides dropout while training; predictions ignore it. */
  apply(x: tf.Tensor, mode: { training: boolean; seed: number }): tf.Tensor;
  /** Numbers of every weight, copied; `setWeights` takes them back. */
  getWeights(): Float32Array[];
  setWeights(values: readonly Float32Array[]): void;
  dispose(): void;
}

/**
 * Builds the layers with fresh weights.
 *
 * @param specs layers in order
 * @param inputShape of one sample
 * @param rng draws the initial weights
 * @throws RangeError naming the first layer that does not fit what comes into it
 */
export function buildNetwork(specs: readonly LayerSpec[], inputShape: readonly number[], rng: Rng): Network {
  const layers: Layer[] = [];
  const shapes: (readonly number[])[] = [];
  let shape = inputShape;
  const makeWeight = (kind: Parameters<typeof initialise>[0], weightShape: readonly number[]): tf.Variable =>
    tf.tidy(() => tf.variable(tf.tensor(initialise(kind, weightShape, rng.next), [...weightShape]), true, undefined));
  try {
    for (const [i, spec] of specs.entries()) {
      const layer = makeLayer(spec, shape, `layer ${i + 1} (${spec.kind})`, makeWeight, specs[i + 1]);
      layers.push(layer);
      shapes.push(layer.outputShape);
      shape = layer.outputShape;
    }
  } catch (error) {
    for (const layer of layers) for (const { variable } of layer.weights) variable.dispose();
    throw error;
  }
  const weights = layers.flatMap((layer) => layer.weights);
  return {
    layers,
    shapes,
    weights,
    apply: (x, { training, seed }) =>
      layers.reduce((h, layer, i) => layer.apply(h, { training, seed: Math.imul(seed, 0x9e3779b1) + i }), x),
    getWeights: () => weights.map(({ variable }) => variable.dataSync() as Float32Array),
    setWeights(values) {
      tf.tidy(() => {
        for (const [i, { variable }] of weights.entries())
          variable.assign(tf.tensor(values[i].slice(), variable.shape));
      });
    },
    dispose() {
      for (const { variable } of weights) variable.dispose();
    },
  };
}
