import { buildForest, type Forest, type ForestDefaults, forestKind, type TreeOptions } from "../ensemble/forest.js";
import { mostBins } from "./bins.js";

const defaults: ForestDefaults = {
  kind: "decisionTree",
  trees: 1,
  maxFeatures: "all",
  maxBins: mostBins,
  randomSplits: false,
  bootstrap: false,
};

/**
 * Decision tree by Gini impurity (CART).
 *
 * @throws RangeError for a bad option, one class, features that are not finite; Error for predicting before fit
 * Grows scikit-learn's `DecisionTreeClassifier` where no two splits tie (golden tests); ties go by the seed in both.
 */
export function decisionTree(options?: TreeOptions): Forest {
  return buildForest(defaults, options);
}

export const decisionTreeKind = forestKind(defaults);
