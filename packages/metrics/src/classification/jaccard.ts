import { requireOneOf } from "../check.js";
import type { Label } from "../types.js";
import { averageOf, classCounts, pooledCounts } from "./classCounts.js";
import type { PrecisionRecallOptions } from "./precisionRecallF1.js";

/**
 * Jaccard index: of the items that are or were called the class, the share of which both hold.
 *
 * @param yTrue true classes, strings or numbers; length n ≥ 1
 * @param yPred predicted classes; length n
 * @param options as of `precisionRecallF1`; average "macro" by default
 * @returns in [0, 1]
 * @throws RangeError as `precisionRecallF1`
 * Equals scikit-learn 1.9 `metrics.jaccard_score` within 1e-15; the default average is macro, there binary.
 */
export function jaccard(
  yTrue: ArrayLike<Label>,
  yPred: ArrayLike<Label>,
  options: PrecisionRecallOptions = {},
): number {
  const { average = "macro", labels, posLabel, zeroDivision = 0, sampleWeight } = options;
  requireOneOf("jaccard", "average", average, ["binary", "micro", "macro", "weighted"]);
  const counts = classCounts("jaccard", yTrue, yPred, labels, sampleWeight);
  const { hits, predicted, support } = pooledCounts("jaccard", counts, average, posLabel);
  const each = hits.map((h, c) => {
    const union = predicted[c] + support[c] - h;
    return union === 0 ? zeroDivision : h / union;
  });
  return averageOf(each, support, average, zeroDivision);
}
