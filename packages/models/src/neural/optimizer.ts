import type { OptimiserOptions } from "@earshot/engine";
import { nearest } from "../core/options.js";

/** Optimisers and the options that each has beside learningRate and weightDecay. */
const OPTIMISERS: Record<OptimiserOptions["kind"], readonly string[]> = {
  sgd: ["momentum", "nesterov", "dampening"],
  adam: ["beta1", "beta2", "epsilon"],
  adamW: ["beta1", "beta2", "epsilon"],
  rmsprop: ["rho", "epsilon"],
  lion: ["beta1", "beta2"],
};

/** @throws RangeError for an unknown kind or option, naming the nearest known one, or a learning rate that is not above 0 */
export function readOptimizer(given: OptimiserOptions): OptimiserOptions {
  const kinds = Object.keys(OPTIMISERS) as OptimiserOptions["kind"][];
  const name = given.kind as string;
  // Recipes write adamw as often as adamW.
  const kind = kinds.find((k) => k.toLowerCase() === String(name).toLowerCase());
  if (!kind) throw new RangeError(`neuralClassifier: unknown optimizer "${name}"; ${nearest(String(name), kinds)}`);
  const known = ["kind", "learningRate", "weightDecay", ...OPTIMISERS[kind]];
  const stranger = Object.keys(given).find((key) => !known.includes(key));
  if (stranger) {
    throw new RangeError(
      `neuralClassifier: optimizer ${kind} has no option "${stranger}"; ${nearest(stranger, known)}`,
    );
  }
  const { learningRate = kind === "sgd" ? 1e-2 : kind === "lion" ? 1e-4 : 1e-3 } = given as { learningRate?: number };
  if (!(learningRate > 0 && learningRate < Infinity)) {
    throw new RangeError(`neuralClassifier: optimizer.learningRate must be a number above 0, got ${learningRate}.`);
  }
  return { ...given, kind, learningRate } as OptimiserOptions;
}
