import { aList, aNumber, aWhole, maybe, oneOf, passing } from "../core/options.js";
import type { StateValue } from "../core/types.js";

/** Options of {@link histGradientBoosting}. */
export interface HistGradientBoostingOptions {
  /** Share of each tree that counts (default 0.1). */
  learningRate?: number;
  /** Rounds at most, each of a tree a class, or one for two classes (default 100). */
  maxIter?: number;
  /** Leaves of a tree at most (default 31). */
  maxLeafNodes?: number;
  /** Levels below the root at most (default: no limit). */
  maxDepth?: number;
  /** Samples of a leaf at least (default 20). */
  minSamplesLeaf?: number;
  /** Strength of the penalty on leaf values (default 0). */
  l2Regularization?: number;
  /** Columns that hold categories, as numbers; at most 255 each (default none). */
  categoricalFeatures?: readonly number[];
  /** One number a column: 1 the score may only rise with it, −1 only fall, 0 free (default free). Two classes alone. */
  monotonicConstraints?: readonly number[];
  /** Stops when held-out samples gain no more: "auto" (default) above 10,000 samples, "on", "off". */
  earlyStopping?: "auto" | "on" | "off";
  /** Share held out for early stopping, where `fit` is given no validation part (default 0.1). */
  validationFraction?: number;
  /** Rounds without gain before stopping (default 10). */
  nIterNoChange?: number;
  /** A gain in loss below this is none (default 1e-7). */
  tol?: number;
  /** Of the held-out part (default 0). */
  seed?: number;
}

const isDirection = (v: unknown): boolean => v === -1 || v === 0 || v === 1;

/** Reads them, with scikit-learn's defaults. */
export const boostingReaders = {
  learningRate: aNumber(0.1, { above: 0 }),
  maxIter: aWhole(100, { min: 1 }),
  maxLeafNodes: aWhole(31, { min: 2 }),
  maxDepth: maybe(aWhole(1, { min: 1 })),
  minSamplesLeaf: aWhole(20, { min: 1 }),
  l2Regularization: aNumber(0, { min: 0 }),
  categoricalFeatures: aList(aWhole(0, { min: 0 })),
  monotonicConstraints: aList(passing(0, isDirection, "-1, 0 or 1")),
  earlyStopping: oneOf(["auto", "on", "off"], "auto"),
  validationFraction: aNumber(0.1, { above: 0, max: 0.9 }),
  nIterNoChange: aWhole(10, { min: 1 }),
  tol: aNumber(1e-7, { min: 0 }),
  seed: aWhole(0),
};

/** Options as a state holds them. */
export function plainBoostingOptions(options: object): StateValue {
  return JSON.parse(JSON.stringify(options));
}
