import { defineTransformer, type SyncTransformer } from "../core/define.js";
import { scatter, symmetricEigen } from "../core/linalg.js";
import { aNumber, aSwitch, aWhole, maybe, oneOf } from "../core/options.js";
import { tensor } from "../core/state.js";
import type { Matrix } from "../core/types.js";
import { columnMoments } from "../preprocessing/standardScaler.js";
import { crossDots, prepareRows } from "../svm/dots.js";
import { singularDirections } from "./truncatedSvd.js";

/** Options of {@link pca}. */
export interface PcaOptions {
  /** Directions kept: a number, or below 1 the share of variance that they must explain (default: all). */
  nComponents?: number;
  /** Brings each direction to variance 1 (default false). */
  whiten?: boolean;
  /** "full" (default), or "randomized" for a few of very many: needs a whole `nComponents`. */
  solver?: "full" | "randomized";
  /** Power iterations of "randomized" (default 7). */
  nIter?: number;
  /** Of "randomized" (default 0). */
  seed?: number;
}

const readers = {
  nComponents: maybe(aNumber(1, { above: 0 })),
  whiten: aSwitch(false),
  solver: oneOf(["full", "randomized"], "full"),
  nIter: aWhole(7, { min: 0 }),
  seed: aWhole(0),
};

const transformer = defineTransformer({
  kind: "pca",
  options: readers,
  learn(x: Matrix, { nComponents, solver, nIter, seed }) {
    if (x.rows < 2) throw new RangeError(`pca: at least two samples are needed, got ${x.rows}.`);
    const { mean, variance } = columnMoments(x);
    const most = Math.min(x.rows, x.cols);
    if (solver === "randomized")
      return approximate(x, mean, variance, howMany(nComponents, undefined, 0, most), nIter, seed);
    const { values, vectors } = directions(x, mean);
    const total = values.reduce((a, b) => a + b, 0);
    const kept = howMany(nComponents, values, total, most);
    const components = vectors.slice(0, kept * x.cols);
    for (let r = 0; r < kept; r++) pointForward(components.subarray(r * x.cols, (r + 1) * x.cols));
    const variances = values.slice(0, kept);
    return {
      mean: tensor(mean),
      components: tensor(components, [kept, x.cols]),
      variances: tensor(variances),
      shares: tensor(variances.map((v) => v / total)),
    };
  },
  apply(x: Matrix, { mean, components, variances }, { whiten }): Matrix {
    const [kept, cols] = components.shape;
    const centred = new Float64Array(x.data.length);
    for (let i = 0; i < centred.length; ) for (let j = 0; j < cols; j++, i++) centred[i] = x.data[i] - mean.data[j];
    const rows = prepareRows({ data: components.data as Float64Array, rows: kept, cols });
    const data = crossDots({ ...x, data: centred }, rows);
    if (whiten) {
      const factors = Float64Array.from(variances.data, (v) => 1 / Math.sqrt(Math.max(v, 1e-300)));
      for (let i = 0; i < data.length; i++) data[i] *= factors[i % kept];
    }
    return { data, rows: x.rows, cols: kept };
  },
});

/**
 * Principal components: the directions of largest variance, from the covariance of the columns or, where there are fewer samples, of the rows.
 *
 * @throws RangeError for fewer than two samples, or more components than rows or columns
 * Equals scikit-learn 1.9 `PCA` within 1e-9, signs included (golden tests).
 */
export function pca(options?: PcaOptions): SyncTransformer {
  return transformer.build(options);
}

export const pcaKind = transformer.registered;

function directions(x: Matrix, mean: Float64Array): { values: Float64Array; vectors: Float64Array } {
  const { rows, cols, data } = x;
  if (cols <= rows) {
    const { values, vectors } = symmetricEigen(scatter(data, rows, cols, mean), cols);
    return { values: values.map((v) => Math.max(0, v) / (rows - 1)), vectors };
  }
  // Fewer samples than columns: the samples' dot products have the same eigenvalues.
  const centred = Float64Array.from(data, (v, i) => v - mean[i % cols]);
  const gram = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let t = 0; t <= i; t++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += centred[i * cols + j] * centred[t * cols + j];
      gram[i * rows + t] = sum;
      gram[t * rows + i] = sum;
    }
  }
  const { values, vectors } = symmetricEigen(gram, rows);
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const length = Math.sqrt(Math.max(values[r], 0));
    if (length <= 1e-12 * Math.sqrt(values[0])) continue;
    for (let i = 0; i < rows; i++) {
      const v = vectors[r * rows + i] / length;
      for (let j = 0; j < cols; j++) out[r * cols + j] += v * centred[i * cols + j];
    }
  }
  return { values: values.map((v) => Math.max(0, v) / (rows - 1)), vectors: out };
}

/** A few directions by random projection of the centred rows. */
function approximate(x: Matrix, mean: Float64Array, variance: Float64Array, kept: number, nIter: number, seed: number) {
  const centred = { ...x, data: Float64Array.from(x.data, (v, i) => v - mean[i % x.cols]) };
  const { components, singular } = singularDirections(centred, kept, nIter, seed);
  const variances = singular.map((s) => (s * s) / (x.rows - 1));
  const total = (variance.reduce((a, b) => a + b, 0) * x.rows) / (x.rows - 1);
  return {
    mean: tensor(mean),
    components: tensor(components, [kept, x.cols]),
    variances: tensor(variances),
    shares: tensor(variances.map((v) => v / total)),
  };
}

function howMany(wanted: number | undefined, values: Float64Array | undefined, total: number, most: number): number {
  if (wanted === undefined) return most;
  if (wanted < 1) {
    if (!values) throw new RangeError(`pca: solver "randomized" needs a whole nComponents, got ${wanted}.`);
    let sum = 0;
    for (let r = 0; r < most; r++) {
      sum += values[r] / total;
      if (sum > wanted) return r + 1;
    }
    return most;
  }
  if (!Number.isInteger(wanted) || wanted > most) {
    throw new RangeError(
      `pca: nComponents must be a whole number of at most ${most} (rows or columns) or below 1, got ${wanted}.`,
    );
  }
  return wanted;
}

/** Signs are free: the entry largest in size is made positive, as scikit-learn does. */
function pointForward(direction: Float64Array): void {
  let largest = 0;
  for (let j = 1; j < direction.length; j++) if (Math.abs(direction[j]) > Math.abs(direction[largest])) largest = j;
  if (direction[largest] < 0) for (let j = 0; j < direction.length; j++) direction[j] = -direction[j];
}
