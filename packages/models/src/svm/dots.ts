import { kernels, reserve } from "../core/kernels.js";
import type { Matrix } from "../core/types.js";

/** Rows of a and b that are multiplied at a time: they and their products stay in the processor's cache. */
const tileA = 64;
const tileB = 256;

/**
 * Dot products of all rows of a with all rows of b, in double; with `gamma`, exp(−gamma |a − b|²) of them.
 *
 * @param visit gets each tile: first row and column, its size, and its values with `stride` numbers a row; valid during the call alone
 */
export function forEachTile(
  a: Matrix,
  b: Matrix,
  gamma: number | undefined,
  visit: (row: number, col: number, rows: number, cols: number, values: Float64Array, stride: number) => void,
  skip: (row: number, col: number) => boolean = () => false,
): void {
  const fast = kernels();
  if (!fast) {
    plainTiles(a, b, gamma, visit, skip);
    return;
  }
  const width = a.cols + (a.cols & 1);
  // Doubles: a tile, b tile, products, norms of both.
  const [atB, atOut] = [tileA * width, (tileA + tileB) * width];
  const [atNormsA, atNormsB] = [atOut + tileA * tileB, atOut + tileA * tileB + tileA];
  const memory = reserve(fast, 8 * (atNormsB + tileB));
  const ready = prepared.get(b.data);
  for (let col = 0; col < b.rows; col += tileB) {
    const cols = Math.min(tileB, b.rows - col);
    const stride = (cols + 3) & ~3;
    if (ready) {
      memory.set(ready.data.subarray(col * width, (col + stride) * width), atB);
      memory.set(ready.norms.subarray(col, col + stride), atNormsB);
    } else copyRows(b, col, cols, stride, width, memory, atB, atNormsB);
    for (let row = 0; row < a.rows; row += tileA) {
      if (skip(row, col)) continue;
      const rows = Math.min(tileA, a.rows - row);
      const even = rows + (rows & 1);
      copyRows(a, row, rows, even, width, memory, 0, atNormsA);
      fast.dots(0, 8 * atB, 8 * atOut, even, stride, width);
      if (gamma !== undefined) fast.rbf(8 * atOut, 8 * atNormsA, 8 * atNormsB, even, stride, gamma);
      visit(row, col, rows, cols, memory.subarray(atOut, atOut + even * stride), stride);
    }
  }
}

/** Rows as the kernel wants them. */
interface ReadyRows {
  data: Float64Array;
  norms: Float64Array;
}

const prepared = new WeakMap<object, ReadyRows>();
/** Numbers that are worth keeping twice. */
const mostPrepared = 2 ** 20;

/**
 * Rows that meet new samples again and again, such as support vectors: as second matrix of a product they need not be copied number by number any more,
 * which for a single sample takes longer than the product. Their numbers must stay as they are.
 */
export function prepareRows(b: Matrix): Matrix {
  const width = b.cols + (b.cols & 1);
  const padded = (b.rows + 3) & ~3;
  if (!prepared.has(b.data) && padded * width <= mostPrepared) {
    const data = new Float64Array(padded * width);
    const norms = new Float64Array(padded);
    copyRows(b, 0, b.rows, padded, width, data, 0, 0, norms);
    prepared.set(b.data, { data, norms });
  }
  return b;
}

/** Rows and their squared norms, padded with zeros. */
function copyRows(
  { data, cols }: Matrix,
  from: number,
  rows: number,
  padded: number,
  width: number,
  memory: Float64Array,
  at: number,
  norms: number,
  normsIn = memory,
): void {
  for (let i = 0; i < padded; i++) {
    const out = at + i * width;
    let sum = 0;
    if (i < rows) {
      const row = (from + i) * cols;
      for (let j = 0; j < cols; j++) {
        const v = data[row + j];
        memory[out + j] = v;
        sum += v * v;
      }
      if (width > cols) memory[out + cols] = 0;
    } else memory.fill(0, out, out + width);
    normsIn[norms + i] = sum;
  }
}

/** The same without SIMD. */
function plainTiles(
  a: Matrix,
  b: Matrix,
  gamma: number | undefined,
  visit: (row: number, col: number, rows: number, cols: number, values: Float64Array, stride: number) => void,
  skip: (row: number, col: number) => boolean,
): void {
  const normsA = squaredNorms(a);
  const normsB = squaredNorms(b);
  const d = a.cols;
  for (let row = 0; row < a.rows; row += tileA) {
    const rows = Math.min(tileA, a.rows - row);
    for (let col = 0; col < b.rows; col += tileB) {
      if (skip(row, col)) continue;
      const cols = Math.min(tileB, b.rows - col);
      const values = new Float64Array(rows * cols);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < cols; j++) {
          let sum = 0;
          for (let t = 0; t < d; t++) sum += a.data[(row + i) * d + t] * b.data[(col + j) * d + t];
          const distance = Math.max(0, normsA[row + i] + normsB[col + j] - 2 * sum);
          values[i * cols + j] = gamma === undefined ? sum : Math.exp(-gamma * distance);
        }
      }
      visit(row, col, rows, cols, values, cols);
    }
  }
}

/** All dot products as one matrix, a.rows × b.rows; with `gamma`, the values of the Gaussian kernel. */
export function crossDots(a: Matrix, b: Matrix, gamma?: number): Float64Array {
  const out = new Float64Array(a.rows * b.rows);
  forEachTile(a, b, gamma, (row, col, rows, cols, values, stride) => {
    for (let i = 0; i < rows; i++) out.set(values.subarray(i * stride, i * stride + cols), (row + i) * b.rows + col);
  });
  return out;
}

/**
 * The symmetric matrix of all rows against each other, in float32: half of it is computed, the other half copied.
 *
 * @param change turns values into others, in place and still in double
 */
export function symmetricDots(x: Matrix, gamma?: number, change?: (values: Float64Array) => void): Float32Array {
  const n = x.rows;
  const out = new Float32Array(n * n);
  forEachTile(
    x,
    x,
    gamma,
    (row, col, rows, cols, values, stride) => {
      change?.(values);
      for (let i = 0; i < rows; i++) out.set(values.subarray(i * stride, i * stride + cols), (row + i) * n + col);
      for (let j = 0; j < cols; j++) {
        const below = (col + j) * n + row;
        for (let i = 0; i < rows; i++) out[below + i] = values[i * stride + j];
      }
    },
    // Tiles wholly left of the diagonal.
    (row, col) => col + tileB <= row,
  );
  return out;
}

export function squaredNorms({ data, rows, cols }: Matrix): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = i * cols; j < (i + 1) * cols; j++) sum += data[j] * data[j];
    out[i] = sum;
  }
  return out;
}
