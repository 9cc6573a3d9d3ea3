import type { Optimiser, Slots } from "@earshot/engine";
import { isStateTensor, readState, tensor } from "../core/state.js";
import type { ModelState, StateTensor, StateValue } from "../core/types.js";
import type { Network } from "./network.js";

/** Where a fit stands between two epochs. Storable as a model's state is (`writeSafetensors`, `stateToJson`). */
export type Checkpoint = ModelState & { readonly kind: "neuralCheckpoint" };

/** What the loop remembers besides weights and optimiser. */
export interface Progress {
  /** Epochs done. */
  epoch: number;
  /** Epochs since the best. */
  waited: number;
  /** Plateaus met. */
  drops: number;
  sinceDrop: number;
  best?: { score: number; weights: Float32Array[] };
  ema?: Float32Array[];
}

const tensors = (arrays: readonly Float32Array[]): StateTensor[] => arrays.map((a) => tensor(a.slice()));

/** Everything that the next epoch depends on, copied. */
export function saveProgress(progress: Progress, network: Network, optimiser: Optimiser): Checkpoint {
  const { epoch, waited, drops, sinceDrop, best, ema } = progress;
  const { steps, slots } = optimiser.getState();
  return {
    kind: "neuralCheckpoint",
    version: 1,
    ...{ epoch, waited, drops, sinceDrop, steps },
    weights: tensors(network.getWeights()),
    slots: slots.map((own) => Object.fromEntries(Object.entries(own).map(([k, v]) => [k, tensor(v.slice())]))),
    ...(best && { bestScore: tensor(Float64Array.of(best.score)), bestWeights: tensors(best.weights) }),
    ...(ema && { ema: tensors(ema) }),
  };
}

/**
 * Goes back to where a checkpoint was taken.
 *
 * @throws RangeError if it is of another network or version
 */
export function restoreProgress(from: ModelState, progress: Progress, network: Network, optimiser: Optimiser): void {
  const read = readState(from);
  if (from.kind !== "neuralCheckpoint" || read.number("version") !== 1) {
    throw new RangeError(
      `neuralClassifier: resume needs a checkpoint of version 1, got ${from.kind} of version ${from.version}.`,
    );
  }
  const sizes = network.weights.map((w) => w.variable.size);
  const arrays = (key: string): Float32Array[] => {
    const list = from[key] as StateValue;
    const fits =
      Array.isArray(list) &&
      list.length === sizes.length &&
      list.every((t, i) => isStateTensor(t) && t.data instanceof Float32Array && t.data.length === sizes[i]);
    if (!fits) {
      throw new RangeError(
        `neuralClassifier: the checkpoint's "${key}" does not fit this network; it is of another recipe.`,
      );
    }
    return (list as StateTensor[]).map((t) => (t.data as Float32Array).slice());
  };
  for (const key of ["epoch", "waited", "drops", "sinceDrop"] as const) progress[key] = read.number(key);
  network.setWeights(arrays("weights"));
  if (read.has("bestWeights")) {
    progress.best = { score: read.float64("bestScore", [1])[0], weights: arrays("bestWeights") };
  }
  if (read.has("ema")) progress.ema = arrays("ema");
  const slots = (from.slots as readonly Record<string, StateTensor>[]).map(
    (own): Slots => Object.fromEntries(Object.entries(own).map(([k, t]) => [k, t.data as Float32Array])),
  );
  optimiser.setState({ steps: read.number("steps"), slots });
}
