import type { Features, Matrix, SparseMatrix, Table, Tensor } from "./types.js";

export const isMatrix = (x: Features): x is Matrix => "cols" in x && "data" in x;
export const isSparse = (x: Features): x is SparseMatrix => "indptr" in x;
export const isTensor = (x: Features): x is Tensor => "shape" in x;
export const isTable = (x: Features): x is Table => "columns" in x;
export const isTexts = (x: Features): x is readonly string[] => Array.isArray(x);

/** How many samples there are. */
export function countSamples(x: Features): number {
  if (isTexts(x)) return x.length;
  return isTensor(x) ? (x.shape[0] ?? 0) : x.rows;
}

/** What a kind of features is called in errors. */
export function describeFeatures(x: unknown): string {
  if (Array.isArray(x)) return "a list";
  if (x === null || typeof x !== "object") return String(x);
  const features = x as Features;
  if (isSparse(features)) return "a sparse matrix";
  if (isTensor(features)) return "a tensor";
  if (isTable(features)) return "a table";
  return isMatrix(features) ? "a matrix" : "an object";
}

/**
 * Guards a dense matrix: right shape, all finite unless NaN marks missing values.
 *
 * @throws TypeError if x is no matrix, RangeError naming row and column of the first bad number
 */
export function requireMatrix(fn: string, x: Features, { allowNaN = false } = {}): Matrix {
  if (x === null || typeof x !== "object" || !isMatrix(x)) {
    throw new TypeError(`${fn}: x must be a matrix { data, rows, cols }, got ${describeFeatures(x)}.`);
  }
  const { data, rows, cols } = x;
  if (data.length !== rows * cols) {
    throw new RangeError(`${fn}: x says ${rows} × ${cols} but holds ${data.length} numbers.`);
  }
  for (let i = 0; i < data.length; i++) {
    const v = data[i];
    // v − v is 0 exactly for finite numbers: one test for NaN and ±∞.
    if (v - v !== 0 && !(allowNaN && Number.isNaN(v))) {
      throw new RangeError(`${fn}: x must be finite, got ${v} at row ${Math.floor(i / cols)}, column ${i % cols}.`);
    }
  }
  return x;
}

/** Guards dense or sparse numbers. */
export function requireNumeric(fn: string, x: Features): Matrix | SparseMatrix {
  if (x === null || typeof x !== "object" || !isSparse(x)) return requireMatrix(fn, x);
  const { indptr, indices, values, rows, cols } = x;
  if (indptr.length !== rows + 1 || indptr[rows] > values.length || indices.length !== values.length) {
    throw new RangeError(`${fn}: x says ${rows} rows but its row pointers do not fit its ${values.length} values.`);
  }
  for (let i = 0; i < rows; i++) {
    for (let k = indptr[i]; k < indptr[i + 1]; k++) {
      if (values[k] - values[k] !== 0) {
        throw new RangeError(`${fn}: x must be finite, got ${values[k]} at row ${i}, column ${indices[k]}.`);
      }
      if (indices[k] < 0 || indices[k] >= cols) {
        throw new RangeError(`${fn}: x has ${cols} columns, but row ${i} names column ${indices[k]}.`);
      }
    }
  }
  return x;
}

/** @throws RangeError if the number of columns is not what `fit` saw */
export function requireCols(fn: string, fitted: number, cols: number): void {
  if (cols !== fitted) throw new RangeError(`${fn}: fitted on ${fitted} columns, got ${cols}.`);
}

/** @throws RangeError unless there is one label a sample, and a sample at all */
export function requirePairs(fn: string, samples: number, labels: number, name = "y"): void {
  if (samples === 0) throw new RangeError(`${fn}: fit needs at least one sample, got 0.`);
  if (samples !== labels) throw new RangeError(`${fn}: x has ${samples} samples and ${name} ${labels}.`);
}

/** The samples at `index`, in that order, of any kind of features. */
export function selectSamples<X extends Features>(x: X, index: ArrayLike<number>): X {
  return select(x, index) as X;
}

function select(x: Features, index: ArrayLike<number>): Features {
  if (isTexts(x)) return Array.from(index, (i) => x[i]);
  if (isSparse(x)) return selectSparse(x, index);
  if (isTable(x)) {
    return {
      rows: index.length,
      columns: x.columns.map((c) =>
        c.type === "number"
          ? { ...c, values: gather(c.values, index, 1) }
          : { ...c, values: Array.from(index, (i) => c.values[i]) },
      ),
    };
  }
  if (isTensor(x)) {
    const size = x.shape.slice(1).reduce((a, b) => a * b, 1);
    return { data: gather(x.data, index, size), shape: [index.length, ...x.shape.slice(1)] };
  }
  return { data: gather(x.data, index, x.cols), rows: index.length, cols: x.cols };
}

function gather<T extends Float32Array | Float64Array>(data: T, index: ArrayLike<number>, size: number): T {
  const out = new (data.constructor as new (n: number) => T)(index.length * size);
  for (let i = 0; i < index.length; i++) out.set(data.subarray(index[i] * size, (index[i] + 1) * size), i * size);
  return out;
}

function selectSparse(x: SparseMatrix, index: ArrayLike<number>): SparseMatrix {
  const indptr = new Int32Array(index.length + 1);
  for (let i = 0; i < index.length; i++) indptr[i + 1] = indptr[i] + x.indptr[index[i] + 1] - x.indptr[index[i]];
  const indices = new Int32Array(indptr[index.length]);
  const values = new (x.values.constructor as new (n: number) => typeof x.values)(indices.length);
  for (let i = 0; i < index.length; i++) {
    const from = x.indptr[index[i]];
    const to = x.indptr[index[i] + 1];
    indices.set(x.indices.subarray(from, to), indptr[i]);
    values.set(x.values.subarray(from, to), indptr[i]);
  }
  return { indptr, indices, values, rows: index.length, cols: x.cols };
}
