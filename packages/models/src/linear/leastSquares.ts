import { isSparse } from "../core/features.js";
import { axpy, dot } from "../core/lbfgs.js";
import { cholesky, solveLower, solveUpper, symmetricEigen } from "../core/linalg.js";
import type { Matrix, SparseMatrix } from "../core/types.js";
import { addOuter, linearScores } from "./linearScores.js";

export interface LeastSquaresJob {
  x: Matrix | SparseMatrix;
  /** samples × targets. */
  y: Float64Array;
  targets: number;
  weights: Float64Array;
  /** Strength of the penalty alpha |w|². */
  alpha: number;
  fitIntercept: boolean;
}

export interface LeastSquaresFit {
  /** targets × cols. */
  coef: Float64Array;
  intercept: Float64Array;
}

/**
 * Minimises Σ weight (y − x·w − b)² + alpha |w|², the intercept b unpenalised. Dense: normal equations of the columns or, where there
 * are fewer, of the rows; without penalty and full rank the solution of least length. Sparse: conjugate gradients.
 */
export function leastSquares(job: LeastSquaresJob): LeastSquaresFit {
  const { x, targets, fitIntercept } = job;
  const meanX = new Float64Array(x.cols);
  const meanY = new Float64Array(targets);
  if (fitIntercept) means(job, meanX, meanY);
  const coef = isSparse(x) ? byGradients({ ...job, x }, meanX, meanY) : byNormalEquations({ ...job, x }, meanX, meanY);
  const intercept = meanY.map((m, t) => m - dot(coef.subarray(t * x.cols, (t + 1) * x.cols), meanX));
  return { coef, intercept: fitIntercept ? intercept : new Float64Array(targets) };
}

function means({ x, y, targets, weights }: LeastSquaresJob, meanX: Float64Array, meanY: Float64Array): void {
  const total = weights.reduce((a, b) => a + b, 0);
  const shares = weights.map((w) => w / total);
  addOuter(x, shares, 1, meanX);
  for (let i = 0; i < x.rows; i++) for (let t = 0; t < targets; t++) meanY[t] += shares[i] * y[i * targets + t];
}

function byNormalEquations(
  { x, y, targets, weights, alpha }: LeastSquaresJob & { x: Matrix },
  meanX: Float64Array,
  meanY: Float64Array,
): Float64Array {
  const { rows, cols } = x;
  // Rows of √weight (x − mean).
  const a = new Float64Array(rows * cols);
  const b = new Float64Array(rows * targets);
  for (let i = 0; i < rows; i++) {
    const root = Math.sqrt(weights[i]);
    for (let j = 0; j < cols; j++) a[i * cols + j] = root * (x.data[i * cols + j] - meanX[j]);
    for (let t = 0; t < targets; t++) b[i * targets + t] = root * (y[i * targets + t] - meanY[t]);
  }
  const column = (t: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => b[i * targets + t]);
  const out = new Float64Array(targets * cols);
  const wide = cols > rows;
  const n = wide ? rows : cols;
  const gram = wide ? rowProducts(a, rows, cols) : columnProducts(a, rows, cols);
  for (let i = 0; i < n; i++) gram[i * n + i] += alpha;
  const solve = solver(gram, n);
  for (let t = 0; t < targets; t++) {
    const own = out.subarray(t * cols, (t + 1) * cols);
    if (wide) transposedTimes(a, rows, cols, solve(column(t)), own);
    else {
      transposedTimes(a, rows, cols, column(t), own);
      own.set(solve(own.slice()));
    }
  }
  return out;
}

/** Solves gram · z = b; of many solutions the shortest. */
function solver(gram: Float64Array, n: number): (b: Float64Array) => Float64Array {
  const largest = gram.reduce((most, v) => Math.max(most, v), 0);
  const l = cholesky(gram, n);
  // A pivot that vanishes beside the others means that columns depend on each other.
  let smallest = Infinity;
  for (let i = 0; l && i < n; i++) smallest = Math.min(smallest, l[i * n + i] ** 2);
  if (l && smallest > 1e-11 * largest) return (b) => solveUpper(l, n, solveLower(l, n, b));
  const { values, vectors } = symmetricEigen(gram, n);
  const cutoff = n * Number.EPSILON * Math.max(values[0] ?? 0, 0);
  return (b) => {
    const out = new Float64Array(n);
    for (let r = 0; r < n; r++) {
      if (!(values[r] > cutoff)) continue;
      const v = vectors.subarray(r * n, (r + 1) * n);
      axpy(dot(v, b) / values[r], v, out);
    }
    return out;
  };
}

function columnProducts(a: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(cols * cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      const v = a[i * cols + j];
      if (v !== 0) for (let t = 0; t <= j; t++) out[j * cols + t] += v * a[i * cols + t];
    }
  }
  for (let j = 0; j < cols; j++) for (let t = 0; t < j; t++) out[t * cols + j] = out[j * cols + t];
  return out;
}

function rowProducts(a: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    const own = a.subarray(i * cols, (i + 1) * cols);
    for (let t = 0; t <= i; t++) {
      out[i * rows + t] = dot(own, a.subarray(t * cols, (t + 1) * cols));
      out[t * rows + i] = out[i * rows + t];
    }
  }
  return out;
}

function transposedTimes(a: Float64Array, rows: number, cols: number, b: Float64Array, out: Float64Array): void {
  for (let i = 0; i < rows; i++) axpy(b[i], a.subarray(i * cols, (i + 1) * cols), out);
}

/** Conjugate gradients on the normal equations: x is never made dense by centring it. */
function byGradients(
  { x, y, targets, weights, alpha }: LeastSquaresJob & { x: SparseMatrix },
  meanX: Float64Array,
  meanY: Float64Array,
): Float64Array {
  const { rows, cols } = x;
  const none = new Float64Array(1);
  const transposed = (r: Float64Array): Float64Array => {
    const out = new Float64Array(cols);
    addOuter(x, r, 1, out);
    axpy(-r.reduce((a, b) => a + b, 0), meanX, out);
    return out;
  };
  const apply = (w: Float64Array): Float64Array => {
    const shift = dot(w, meanX);
    const scores = linearScores(x, w, none).map((s, i) => weights[i] * (s - shift));
    const out = transposed(scores);
    axpy(alpha, w, out);
    return out;
  };
  const coef = new Float64Array(targets * cols);
  for (let t = 0; t < targets; t++) {
    const w = coef.subarray(t * cols, (t + 1) * cols);
    const r = transposed(Float64Array.from({ length: rows }, (_, i) => weights[i] * (y[i * targets + t] - meanY[t])));
    const direction = r.slice();
    let size = dot(r, r);
    const enough = 1e-20 * size;
    for (let step = 0; step < 10 * cols && size > enough; step++) {
      const image = apply(direction);
      const length = size / dot(direction, image);
      axpy(length, direction, w);
      axpy(-length, image, r);
      const next = dot(r, r);
      for (let j = 0; j < cols; j++) direction[j] = r[j] + (next / size) * direction[j];
      size = next;
    }
  }
  return coef;
}
