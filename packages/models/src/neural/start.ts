import { readState } from "../core/state.js";
import type { ModelState, StateTensor } from "../core/types.js";

/**
 * Weights of a fitted network for another fit of the same layers.
 *
 * @param shapes of the weights to be filled
 * @param own how many of them, at the end, are the output's
 * @param classes that the output will tell apart
 * @returns values, and undefined for the output's where it tells other classes apart
 * @throws RangeError naming the first weight whose shape differs
 */
export function startingWeights(
  state: ModelState,
  shapes: readonly (readonly number[])[],
  own: number,
  classes: readonly string[],
): (Float32Array | undefined)[] {
  if (state.kind !== "neuralClassifier") {
    throw new RangeError(
      `neuralClassifier: start must be the state of a neuralClassifier, got one of a ${state.kind}.`,
    );
  }
  const given = state.weights as unknown as readonly StateTensor[];
  const same = readState(state).texts("classes").join("\n") === classes.join("\n");
  const body = shapes.length - own;
  for (let i = 0; i < (same ? shapes.length : body); i++) {
    if (given[i]?.shape.join() !== shapes[i].join()) {
      throw new RangeError(
        `neuralClassifier: start has ${given[i] ? `[${given[i].shape}]` : "nothing"} where weight ${i + 1} of the network is [${shapes[i]}]; its layers must be the same.`,
      );
    }
  }
  return shapes.map((_, i) => (i < body || same ? (given[i].data as Float32Array).slice() : undefined));
}
