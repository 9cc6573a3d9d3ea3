import { compileNetwork, useEngine } from "@earshot/engine";
import { scoresOf } from "./evaluate.js";
import { inferenceSteps } from "./inferenceSteps.js";
import type { LayerSpec } from "./layers/specs.js";
import type { NeuralSettings } from "./options.js";
import { averagedProbabilities } from "./passes.js";
import type { Samples } from "./samples.js";
import { layersWithOutput, networkFor } from "./trainer.js";

/** A fitted network that predicts. */
export interface Predictor {
  /** Of each class, n × classes, over as many looks as the settings say. */
  probabilities(samples: Samples): Promise<Float32Array>;
  dispose(): void;
}

/** Compiled where the engine compiles, so that predictions make no tensors; layer by layer elsewhere. */
export async function makePredictor(
  settings: NeuralSettings,
  inputShape: readonly number[],
  classes: number,
  weights: readonly Float32Array[],
): Promise<Predictor> {
  const { name } = await useEngine();
  const network = networkFor(settings, inputShape, classes);
  network.setWeights(weights);
  const from = (scores: (samples: Samples) => Float32Array, dispose: () => void): Predictor => ({
    probabilities: (samples) => averagedProbabilities(scores, samples, classes, settings),
    dispose,
  });
  const specs = layersWithOutput(settings, classes);
  if (name !== "wasm" || !compiles(specs)) {
    return from((samples) => scoresOf(network, samples, classes), network.dispose);
  }
  try {
    const compiled = compileNetwork(inferenceSteps(specs, network.layers, inputShape), inputShape);
    return from(({ data, n }) => compiled.run(data, n), compiled.dispose);
  } finally {
    network.dispose();
  }
}

/** Compiled recurrent layers want whole vectors of units. */
function compiles(specs: readonly LayerSpec[]): boolean {
  return specs.every((spec) => {
    if (spec.kind === "residual") return compiles(spec.layers);
    return (spec.kind !== "lstm" && spec.kind !== "gru") || spec.units % 4 === 0;
  });
}
