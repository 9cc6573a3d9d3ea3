import { requireInteger, requireMatrix, requireOneOf } from "../core/check.js";
import { createMatrix, type Matrix } from "../core/types.js";

/** At the ends: a polynomial through the first and last `width` frames, or the end frames repeated. */
export type DeltaMode = "interp" | "nearest";

/** Options of {@link delta}. */
export interface DeltaOptions {
  /** Frames of the local fit, odd, ≥ 3 (default 9). */
  width?: number;
  /** Order of the derivative, 1..width − 1 (default 1). */
  order?: number;
  /** Default "interp"; it needs at least `width` frames. */
  mode?: DeltaMode;
}

/**
 * Derivative of each column over time, from a local polynomial fit (Savitzky–Golay, degree = order).
 *
 * @param matrix frames × features; not modified
 * @returns frames × features, per frame
 * @throws RangeError if width is even or below 3, order ≥ width, or "interp" has fewer frames than width
 * Source: librosa 0.11 `feature.delta` (transposed).
 */
export function delta(matrix: Matrix, { width = 9, order = 1, mode = "interp" }: DeltaOptions = {}): Matrix {
  requireMatrix("delta", "matrix", matrix);
  requireOneOf("delta", "mode", mode, ["interp", "nearest"]);
  const taps = deltaTaps("delta", width, order);
  const { data, rows, cols } = matrix;
  if (mode === "interp" && rows < width && rows > 0) {
    throw new RangeError(
      `delta: mode "interp" needs at least width = ${width} frames, got ${rows}; use a smaller width or mode "nearest".`,
    );
  }
  const half = (width - 1) / 2;
  const out = createMatrix(rows, cols);
  // The width that nearly everybody takes: all frames that have four on each side, in one pass through memory as it lies.
  const rest = width === 9 ? rows - half : 0;
  const [a, b, c, d, e, f, g, h, i] = taps;
  for (let at = 0; at < (rest - half) * cols; at++) {
    const to = at + 4 * cols;
    const sum = a * data[at] + b * data[at + cols] + c * data[at + 2 * cols] + d * data[to - cols] + e * data[to];
    out.data[to] =
      sum + f * data[to + cols] + g * data[to + 2 * cols] + h * data[to + 3 * cols] + i * data[to + 4 * cols];
  }
  for (let t = 0; t < rows; t++) {
    if (t >= half && t < rest) continue;
    // The fit has degree = order, so its derivative of that order is the same everywhere in the window: at the ends, that of the last full one.
    const middle = mode === "interp" ? Math.min(Math.max(t, half), rows - 1 - half) : t;
    for (let c = 0; c < cols; c++) {
      let sum = 0;
      for (let j = -half; j <= half; j++) {
        const at = Math.min(Math.max(middle + j, 0), rows - 1);
        sum += taps[j + half] * data[at * cols + c];
      }
      out.data[t * cols + c] = sum;
    }
  }
  return out;
}

/** Weights of the frames −half..half. */
export function deltaTaps(fn: string, width: number, order: number): Float64Array {
  requireInteger(fn, "width", width, 3, 1001);
  if (width % 2 === 0) throw new RangeError(`${fn}: width must be odd, got ${width}.`);
  requireInteger(fn, "order", order, 1, width - 1, "width − 1");
  const half = (width - 1) / 2;
  // Monic polynomials that are orthogonal on −half..half: the leading coefficient of the fit is a projection on the one of that degree.
  let previous = new Float64Array(width);
  let current = new Float64Array(width).fill(1);
  let previousNorm = 1;
  let factorial = 1;
  for (let degree = 0; degree < order; degree++) {
    const norm = current.reduce((sum, v) => sum + v * v, 0);
    const ratio = degree === 0 ? 0 : norm / previousNorm;
    const next = current.map((v, i) => (i - half) * v - ratio * previous[i]);
    previous = current;
    current = next;
    previousNorm = norm;
    factorial *= degree + 1;
  }
  const norm = current.reduce((sum, v) => sum + v * v, 0);
  return current.map((v) => (v * factorial) / norm);
}
