import { symmetricEigen } from "../core/linalg.js";

/** Weights of the gamma priors, as scikit-learn's. */
const prior = 1e-6;
const mostRounds = 300;
const tol = 1e-3;

/**
 * Linear regression whose penalty is learned from the data, from centred sums of squares.
 *
 * @param gram Σ (x − mean)(x − mean)ᵀ, n × n
 * @param products Σ (x − mean)(y − mean of y)
 * @param power Σ (y − mean of y)²
 * @param samples behind the sums
 * Sources: MacKay 1992; Tipping 2001; the updates of scikit-learn's `BayesianRidge`.
 */
export function bayesianRidge(
  gram: Float64Array,
  products: Float64Array,
  power: number,
  samples: number,
): Float64Array {
  const n = products.length;
  const { values, vectors } = symmetricEigen(gram, n);
  const along = new Float64Array(n);
  for (let r = 0; r < n; r++) for (let j = 0; j < n; j++) along[r] += vectors[r * n + j] * products[j];
  let alpha = 1 / (power / samples + Number.EPSILON);
  let lambda = 1;
  const coef = new Float64Array(n);
  const turned = new Float64Array(n);
  const solve = (): number => {
    let error = power;
    coef.fill(0);
    for (let r = 0; r < n; r++) {
      const value = Math.max(0, values[r]);
      turned[r] = along[r] / (value + lambda / alpha);
      error += turned[r] * (value * turned[r] - 2 * along[r]);
      for (let j = 0; j < n; j++) coef[j] += turned[r] * vectors[r * n + j];
    }
    return Math.max(0, error);
  };
  const last = new Float64Array(n);
  for (let round = 0; round < mostRounds; round++) {
    const error = solve();
    let gamma = 0;
    for (const v of values) gamma += (alpha * Math.max(0, v)) / (lambda + alpha * Math.max(0, v));
    lambda = (gamma + 2 * prior) / (coef.reduce((sum, w) => sum + w * w, 0) + 2 * prior);
    alpha = (samples - gamma + 2 * prior) / (error + 2 * prior);
    if (round > 0 && coef.reduce((sum, w, j) => sum + Math.abs(w - last[j]), 0) < tol) break;
    last.set(coef);
  }
  solve();
  return coef;
}
