import type { LayerSummary } from "./network.js";
import { type NeuralClassifierOptions, readNeuralOptions } from "./options.js";

export type { LayerSummary };

/**
 * What a network would be made of, before any training: shapes, parameters and multiply–adds, the output layer included.
 *
 * @param options as for `neuralClassifier`
 * @param inputShape of one sample
 * @param classes how many there will be
 * @throws RangeError naming the first layer that does not fit what comes into it
 */
export async function describeNetwork(
  options: NeuralClassifierOptions,
  inputShape: readonly number[],
  classes: number,
): Promise<LayerSummary[]> {
  const settings = readNeuralOptions(options);
  const [{ useEngine }, { networkFor }, { summarise }] = await Promise.all([
    import("@earshot/engine"),
    import("./trainer.js"),
    import("./network.js"),
  ]);
  await useEngine();
  const network = networkFor(settings, inputShape, classes);
  const summary = summarise(network, inputShape);
  network.dispose();
  return summary;
}
