import { checkedWeights, requireItems, requireMatrix, requireSameLength, requireWhole } from "../check.js";
import { checkedLabels, encode, uniqueLabels } from "../labels.js";
import type { Label, MatrixLike } from "../types.js";

/** Options of {@link topKAccuracy}. */
export interface TopKOptions {
  /** How many of the highest scores may hold the true class, ≥ 1, default 2. */
  k?: number;
  /** Class of each column; default: the classes in `yTrue`, rising. */
  labels?: ArrayLike<Label>;
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

/**
 * Share of items whose true class is among the k highest scores. Of equal scores the later column goes first.
 *
 * @param yTrue true classes; length n ≥ 1
 * @param yScore n × classes, higher means more likely
 * @returns in [0, 1]
 * @throws RangeError if shapes do not fit, a score is NaN or a class has no column
 * Equals scikit-learn 1.9 `metrics.top_k_accuracy_score`, ties included.
 */
export function topKAccuracy(
  yTrue: ArrayLike<Label>,
  yScore: MatrixLike,
  { k = 2, labels, sampleWeight }: TopKOptions = {},
): number {
  requireWhole("topKAccuracy", "k", k, 1);
  requireItems("topKAccuracy", "yTrue", yTrue.length);
  requireMatrix("topKAccuracy", "yScore", yScore);
  requireSameLength("topKAccuracy", "yTrue", yTrue.length, "yScore", yScore.rows);
  checkedWeights("topKAccuracy", sampleWeight, yTrue.length);
  const classes = labels ? checkedLabels("topKAccuracy", labels) : uniqueLabels("topKAccuracy", yTrue);
  const { data, cols } = yScore;
  if (classes.length !== cols) {
    throw new RangeError(
      `topKAccuracy: yScore has ${cols} columns and there are ${classes.length} classes; name the columns with labels.`,
    );
  }
  const truth = encode(yTrue, new Map(classes.map((label, i) => [label, i])));
  let found = 0;
  let all = 0;
  for (let i = 0; i < truth.length; i++) {
    const c = truth[i];
    if (c < 0) throw new RangeError(`topKAccuracy: class ${JSON.stringify(yTrue[i])} is not among the labels.`);
    const score = data[i * cols + c];
    let ahead = 0;
    for (let j = 0; j < cols; j++) {
      const other = data[i * cols + j];
      if (Number.isNaN(other)) {
        throw new RangeError(`topKAccuracy: yScore must not be NaN, is at index ${i * cols + j}.`);
      }
      if (other > score || (other === score && j > c)) ahead++;
    }
    const w = sampleWeight ? sampleWeight[i] : 1;
    if (ahead < k) found += w;
    all += w;
  }
  return found / all;
}
