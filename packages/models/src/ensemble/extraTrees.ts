import { buildForest, type Forest, type ForestDefaults, type ForestOptions, forestKind } from "./forest.js";

const defaults: ForestDefaults = {
  kind: "extraTrees",
  trees: 100,
  maxFeatures: "sqrt",
  maxBins: 255,
  randomSplits: true,
  bootstrap: false,
};

/**
 * Extremely randomised trees: as {@link randomForest}, but every column that is looked at is split at a random value, and each
 * tree sees all samples.
 *
 * @throws RangeError for a bad option, one class, features that are not finite; Error for predicting before fit
 * Source: Geurts, Ernst & Wehenkel 2006.
 */
export function extraTrees(options?: ForestOptions): Forest {
  return buildForest(defaults, options);
}

export const extraTreesKind = forestKind(defaults);
