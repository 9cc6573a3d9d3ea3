import type { ThresholdCounts } from "../ranking/thresholdCounts.js";

/** The rising probability of a target at each distinct score that is closest to the truth in least squares. */
export function risingShares({ scores, targetsBelow, othersBelow }: ThresholdCounts): Float64Array {
  const m = scores.length;
  const share = new Float64Array(m);
  const weight = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    const t = targetsBelow[i + 1] - targetsBelow[i];
    weight[i] = t + othersBelow[i + 1] - othersBelow[i];
    share[i] = t / weight[i];
  }
  return poolAdjacentViolators(share, weight);
}

/**
 * Pool adjacent violators: the rising sequence closest to `means` in weighted least squares, by merging neighbours that
 * fall. Linear time.
 *
 * @returns fitted values, one an input
 */
function poolAdjacentViolators(means: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const n = means.length;
  const blockMean = new Float64Array(n);
  const blockWeight = new Float64Array(n);
  const blockEnd = new Int32Array(n);
  let blocks = 0;
  for (let i = 0; i < n; i++) {
    blockMean[blocks] = means[i];
    blockWeight[blocks] = weights[i];
    blockEnd[blocks] = i + 1;
    blocks++;
    while (blocks > 1 && blockMean[blocks - 2] >= blockMean[blocks - 1]) {
      const weight = blockWeight[blocks - 2] + blockWeight[blocks - 1];
      blockMean[blocks - 2] =
        (blockMean[blocks - 2] * blockWeight[blocks - 2] + blockMean[blocks - 1] * blockWeight[blocks - 1]) / weight;
      blockWeight[blocks - 2] = weight;
      blockEnd[blocks - 2] = blockEnd[blocks - 1];
      blocks--;
    }
  }
  const out = new Float64Array(n);
  for (let b = 0, i = 0; b < blocks; b++) {
    for (; i < blockEnd[b]; i++) out[i] = blockMean[b];
  }
  return out;
}
