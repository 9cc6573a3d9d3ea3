import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { requireMatrix } from "../core/features.js";
import { aSwitch, aWhole, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix, StateTensor } from "../core/types.js";
import { missingColumns, withIndicators } from "./indicators.js";

/** Options of {@link knnImputer}. */
export interface KnnImputerOptions {
  /** Default 5. */
  nNeighbors?: number;
  /** Neighbours count the same (default) or by the inverse of their distance. */
  weights?: "uniform" | "distance";
  /** Appends a column of 0 and 1 for each column that missed values when fitting (default false). */
  addIndicator?: boolean;
}

const imputerOptions = {
  nNeighbors: aWhole(5, { min: 1 }),
  weights: oneOf(["uniform", "distance"], "uniform"),
  addIndicator: aSwitch(false),
};

const imputer = defineTransformer({
  kind: "knnImputer",
  options: imputerOptions,
  check: (x: Matrix) => requireMatrix("knnImputer", x, { allowNaN: true }),
  learn(x: Matrix) {
    const means = new Float64Array(x.cols);
    for (let j = 0; j < x.cols; j++) {
      let sum = 0;
      let n = 0;
      for (let i = 0; i < x.rows; i++) {
        const v = x.data[i * x.cols + j];
        if (!Number.isNaN(v)) {
          sum += v;
          n++;
        }
      }
      if (n === 0) throw new RangeError(`knnImputer: column ${j} holds no value at all; drop it.`);
      means[j] = sum / n;
    }
    return {
      samples: tensor(Float64Array.from(x.data), [x.rows, x.cols]),
      means: tensor(means),
      missing: tensor(missingColumns(x)),
    };
  },
  apply(x: Matrix, { samples, means, missing }, { nNeighbors, weights, addIndicator }) {
    const data = Float64Array.from(x.data);
    for (let i = 0; i < x.rows; i++) {
      const row = data.slice(i * x.cols, (i + 1) * x.cols);
      if (!row.some(Number.isNaN)) continue;
      const ranked = rank(row, samples);
      for (let j = 0; j < x.cols; j++) {
        if (!Number.isNaN(row[j])) continue;
        const near = ranked.filter(({ at }) => !Number.isNaN(samples.data[at + j])).slice(0, nNeighbors);
        data[i * x.cols + j] = near.length === 0 ? means.data[j] : average(near, samples, j, weights);
      }
    }
    const filled = { data, rows: x.rows, cols: x.cols };
    return addIndicator ? withIndicators(filled, x, missing) : filled;
  },
});

/**
 * Puts the mean of the nearest training samples that know a value in the place of NaN. Distances are Euclidean over the columns that both
 * samples know, scaled up to all columns.
 *
 * @throws RangeError if a column holds no value, x holds ±∞, or the number of columns changes
 * Equals scikit-learn 1.9 `KNNImputer` where no distances tie (golden tests).
 */
export function knnImputer(options?: KnnImputerOptions): SyncTransformer {
  return imputer.build(options);
}

export const knnImputerKind = imputer.registered;

interface Ranked {
  /** Where the sample begins. */
  at: number;
  distance: number;
}

/** Training samples that share a known column with the row, the nearest first. */
function rank(row: Float64Array, { data, shape: [rows, cols] }: StateTensor): Ranked[] {
  const out: Ranked[] = [];
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    let known = 0;
    for (let j = 0; j < cols; j++) {
      const d = row[j] - data[i * cols + j];
      if (Number.isNaN(d)) continue;
      sum += d * d;
      known++;
    }
    if (known > 0) out.push({ at: i * cols, distance: Math.sqrt((sum * cols) / known) });
  }
  return out.sort((a, b) => a.distance - b.distance || a.at - b.at);
}

function average(near: readonly Ranked[], { data }: StateTensor, j: number, weights: "uniform" | "distance"): number {
  const same = near.filter(({ distance }) => distance === 0);
  const used = weights === "distance" && same.length > 0 ? same : near;
  let sum = 0;
  let total = 0;
  for (const { at, distance } of used) {
    const w = weights === "distance" && distance > 0 ? 1 / distance : 1;
    sum += w * data[at + j];
    total += w;
  }
  return sum / total;
}
