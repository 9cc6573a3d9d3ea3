import { readState } from "../core/state.js";
import type { ModelState, StateTensor } from "../core/types.js";
import { type NeuralClassifierOptions, readNeuralOptions } from "./options.js";

/** The first layers of a fitted network: what comes out of them are features. */
export interface NetworkBody {
  /** Of one sample. */
  readonly outputShape: readonly number[];
  /** @param data n samples, one after the other */
  run(data: Float32Array, n: number): Float32Array;
  /** Frees its memory. */
  dispose(): void;
}

/**
 * The first layers of a fitted network, for samples of any shape that they take: convolutions see larger pictures as well.
 *
 * @param state of a fitted `neuralClassifier`
 * @param layers how many of its layers (default all, the output excepted)
 * @param inputShape of one sample (default the one that it was fitted on)
 * @throws RangeError if there are fewer layers, the shape does not fit them, or the state is of something else
 */
export async function networkBody(
  state: ModelState,
  { layers, inputShape }: { layers?: number; inputShape?: readonly number[] } = {},
): Promise<NetworkBody> {
  if (state.kind !== "neuralClassifier") {
    throw new RangeError(`networkBody: needs the state of a neuralClassifier, got one of a ${state.kind}.`);
  }
  const read = readState(state);
  const settings = readNeuralOptions(read.options() as NeuralClassifierOptions);
  const count = layers ?? settings.layers.length;
  if (!Number.isInteger(count) || count < 1 || count > settings.layers.length) {
    throw new RangeError(`networkBody: layers must be in [1, ${settings.layers.length}], got ${count}.`);
  }
  const [{ compileNetwork, useEngine }, { buildNetwork }, { inferenceSteps }] = await Promise.all([
    import("@earshot/engine"),
    import("./network.js"),
    import("./inferenceSteps.js"),
  ]);
  await useEngine();
  const specs = settings.layers.slice(0, count);
  const shape = inputShape ?? read.numbers("inputShape");
  const network = buildNetwork(specs, shape);
  try {
    const weights = (state.weights as unknown as StateTensor[]).slice(0, network.weights.length);
    network.setWeights(weights.map(({ data }) => data as Float32Array));
    const compiled = compileNetwork(inferenceSteps(specs, network.layers, shape), shape);
    const { outputShape } = network.layers[network.layers.length - 1];
    return { outputShape, run: (data, n) => compiled.run(data, n), dispose: compiled.dispose };
  } finally {
    network.dispose();
  }
}
