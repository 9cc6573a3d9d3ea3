import { requireMatrix } from "../check.js";

/** Points on the two axes along which they differ most. */
export interface Projection {
  /** n × 2 coordinates, row-major. */
  points: Float64Array;
  /** Share of the variance along each of the two axes, in [0, 1]. */
  explained: [number, number];
}

/**
 * The two directions along which rows differ most, by block power iteration on the centred data: time grows with rows ×
 * columns alone, so that thousands of embeddings stay quick.
 *
 * @param x items × features, at least one of each
 * @returns coordinates with the largest of each axis' loadings positive, so that pictures do not flip
 * @throws RangeError if the matrix is empty or does not fit its data
 */
export function projectToPlane(x: { data: ArrayLike<number>; rows: number; cols: number }): Projection {
  requireMatrix("projectToPlane", "x", x);
  const { rows, cols } = x;
  const data = Float64Array.from(x.data);
  const total = centre(data, rows, cols);
  let [a, b] = [start(cols, 1), start(cols, 2)];
  let previous = -1;
  for (let step = 0; step < 300; step++) {
    [a, b] = [through(data, rows, cols, a), through(data, rows, cols, b)];
    const [first, second] = [normalize(a), normalize(without(b, a))];
    if (Math.abs(first + second - previous) <= 1e-12 * (first + second)) break;
    previous = first + second;
  }
  const axes = [a, b].map(pointUp);
  const points = new Float64Array(2 * rows);
  const along = [0, 0];
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < 2; k++) {
      let sum = 0;
      for (let j = 0; j < cols; j++) sum += data[i * cols + j] * axes[k][j];
      points[2 * i + k] = sum;
      along[k] += sum * sum;
    }
  }
  return { points, explained: [along[0] / (total || 1), along[1] / (total || 1)] };
}

/** Takes each column's mean away, in place; returns the sum of squares left. */
function centre(data: Float64Array, rows: number, cols: number): number {
  const mean = new Float64Array(cols);
  for (let i = 0; i < data.length; i++) mean[i % cols] += data[i] / rows;
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    data[i] -= mean[i % cols];
    sum += data[i] * data[i];
  }
  return sum;
}

/** A direction that no real one is at right angles to. */
const start = (cols: number, which: number): Float64Array =>
  Float64Array.from({ length: cols }, (_, j) => Math.sin(which * (j + 1) * 1.618) + 0.01 * which);

/** Xᵀ X v. */
function through(data: Float64Array, rows: number, cols: number, v: Float64Array): Float64Array {
  const out = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    let dot = 0;
    for (let j = 0; j < cols; j++) dot += data[i * cols + j] * v[j];
    for (let j = 0; j < cols; j++) out[j] += dot * data[i * cols + j];
  }
  return out;
}

/** Takes from b, in place, what lies along the unit vector a. */
function without(b: Float64Array, a: Float64Array): Float64Array {
  const dot = b.reduce((sum, v, j) => sum + v * a[j], 0);
  for (let j = 0; j < b.length; j++) b[j] -= dot * a[j];
  return b;
}

/** Makes v a unit vector, in place; returns what its length was. */
function normalize(v: Float64Array): number {
  const length = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  if (length > 0) for (let j = 0; j < v.length; j++) v[j] /= length;
  return length;
}

function pointUp(v: Float64Array): Float64Array {
  const most = v.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
  return most < 0 ? v.map((x) => -x) : v;
}
