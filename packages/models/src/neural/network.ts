import { type Initialiser, initialise, tf } from "@earshot/engine";
import type { Rng } from "../core/random.js";
import { makeLayers } from "./layers/makeLayer.js";
import type { LayerSpec } from "./layers/specs.js";
import { type Layer, type Mode, sizeOf, type Weight } from "./layers/types.js";

/** Layers in a row, with their weights as tensors. */
export interface Network {
  readonly layers: readonly Layer[];
  /** Every weight, moving statistics included, in the order of the layers. */
  readonly weights: readonly (Weight & { /** Factor of the learning rate. */ rate: number })[];
  /** [n, ...input] → [n, ...output]. `seed` decides dropout while training; predictions ignore it. */
  apply(x: tf.Tensor, mode: Mode): tf.Tensor;
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
 * @param rng draws the initial weights; without it they are zeros, for whoever sets them all
 * @param rates factor of the learning rate of each layer (default 1 each); one at 0 works as while predicting
 * @throws RangeError naming the first layer that does not fit what comes into it
 */
export function buildNetwork(
  specs: readonly LayerSpec[],
  inputShape: readonly number[],
  rng?: Rng,
  rates?: readonly number[],
): Network {
  const rateOf = (layer: number): number => rates?.[layer] ?? 1;
  const made: tf.Variable[] = [];
  const makeWeight = (kind: Initialiser, shape: readonly number[]): tf.Variable => {
    const variable = tf.tidy(() =>
      tf.variable(rng ? tf.tensor(initialise(kind, shape, rng.next), [...shape]) : tf.zeros([...shape])),
    );
    made.push(variable);
    return variable;
  };
  const dispose = (): void => {
    for (const variable of made) variable.dispose();
  };
  let layers: Layer[];
  try {
    layers = makeLayers(specs, inputShape, makeWeight);
  } catch (error) {
    dispose();
    throw error;
  }
  const weights = layers.flatMap((layer, i) => layer.weights.map((own) => ({ ...own, rate: rateOf(i) })));
  return {
    layers,
    weights,
    apply: (x, { training, seed, keepStatistics }) =>
      layers.reduce((h, layer, i) => {
        const learns = training && rateOf(i) > 0;
        return layer.apply(h, {
          training: learns,
          seed: Math.imul(seed, 0x9e3779b1) + i,
          ...(keepStatistics && { keepStatistics }),
        });
      }, x),
    getWeights: () => weights.map(({ variable }) => variable.dataSync() as Float32Array),
    setWeights(values) {
      tf.tidy(() => {
        for (const [i, { variable }] of weights.entries())
          variable.assign(tf.tensor(values[i].slice(), variable.shape));
      });
    },
    dispose,
  };
}

/** One line of a network's description. */
export interface LayerSummary {
  kind: string;
  /** Of one sample. */
  outputShape: readonly number[];
  parameters: number;
  /** For one sample. */
  multiplyAdds: number;
  /** Numbers that training holds for one sample, for the way back: what comes out of the layer and of those within it. */
  held: number;
}

/** Beside its states, a recurrent layer holds its gates and cells. */
const recurrentParts = { lstm: 6, gru: 5 } as const;

function heldBy({ kind, outputShape, inner }: Layer, inputShape: readonly number[]): number {
  if (kind === "lstm" || kind === "gru") {
    return recurrentParts[kind] * inputShape[0] * outputShape[outputShape.length - 1];
  }
  const within = inner ? [...inner.layers, ...inner.shortcut].map((layer) => sizeOf(layer.outputShape)) : [];
  return within.reduce((a, b) => a + b, sizeOf(outputShape));
}

/** What a network is made of, layer by layer. */
export function summarise({ layers }: Pick<Network, "layers">, inputShape: readonly number[]): LayerSummary[] {
  return layers.map((layer, i) => ({
    kind: layer.kind,
    outputShape: layer.outputShape,
    parameters: layer.weights.reduce((n, w) => n + sizeOf(w.variable.shape), 0),
    multiplyAdds: layer.multiplyAdds,
    held: heldBy(layer, i === 0 ? inputShape : layers[i - 1].outputShape),
  }));
}
