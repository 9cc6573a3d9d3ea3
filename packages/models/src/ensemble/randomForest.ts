import { buildForest, type Forest, type ForestDefaults, type ForestOptions, forestKind } from "./forest.js";

const defaults: ForestDefaults = {
  kind: "randomForest",
  trees: 100,
  maxFeatures: "sqrt",
  maxBins: 255,
  randomSplits: false,
  bootstrap: true,
};

/**
 * Random forest: trees on samples drawn with replacement, each split chosen among a few random columns; probabilities are the mean of the
 * trees' leaf shares.
 *
 * Columns with more than `maxBins` (255) distinct values are cut into as many parts of equal size before growing.
 *
 * @throws RangeError for a bad option, one class, features that are not finite; Error for predicting before fit
 * Source: Breiman 2001. scikit-learn's `RandomForestClassifier` draws other random numbers: scores agree, single predictions need not.
 */
export function randomForest(options?: ForestOptions): Forest {
  return buildForest(defaults, options);
}

export const randomForestKind = forestKind(defaults);
