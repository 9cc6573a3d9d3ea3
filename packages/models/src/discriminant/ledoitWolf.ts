import { scatter } from "../core/linalg.js";
import type { Matrix } from "../core/types.js";
import { columnMoments } from "../preprocessing/standardScaler.js";

/**
 * Covariance drawn towards a ball by as much as the data warrant, of columns that are brought to variance 1 first.
 *
 * Source: Ledoit & Wolf 2004; the formulas of scikit-learn's `ledoit_wolf`.
 */
export function ledoitWolf(samples: Matrix, mean: Float64Array): Float64Array {
  const { rows, cols } = samples;
  const deviation = columnMoments(samples).variance.map((v) => Math.sqrt(v) || 1);
  const z = new Float64Array(rows * cols);
  for (let i = 0; i < z.length; i++) z[i] = (samples.data[i] - mean[i % cols]) / deviation[i % cols];
  const zero = new Float64Array(cols);
  const empirical = scatter(z, rows, cols, zero).map((v) => v / rows);
  let trace = 0;
  for (let j = 0; j < cols; j++) trace += empirical[j * cols + j];
  const mu = trace / cols;
  let delta = 0;
  for (const v of empirical) delta += v * v;
  const squared = z.map((v) => v * v);
  let beta = 0;
  // Σ over column pairs of Σ rows z²ⱼ z²ₜ is the squared sum of each row of z².
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < cols; j++) sum += squared[i * cols + j];
    beta += sum * sum;
  }
  beta = (beta / rows - delta) / (cols * rows);
  const spread = (delta - 2 * mu * trace + cols * mu * mu) / cols;
  const shrinkage = spread === 0 ? 0 : Math.min(beta, spread) / spread;
  return empirical.map((v, i) => {
    const row = Math.floor(i / cols);
    const col = i % cols;
    const shrunk = (1 - shrinkage) * v + (row === col ? shrinkage * mu : 0);
    return shrunk * deviation[row] * deviation[col];
  });
}
