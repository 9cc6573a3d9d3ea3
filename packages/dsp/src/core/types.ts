/** Row-major numbers, frames × features unless said otherwise. Structural, so that no package owns it. */
export interface Matrix {
  data: Float32Array;
  rows: number;
  cols: number;
}

/** Mono audio. */
export interface AudioClip {
  /** Samples in [-1, 1]. */
  samples: Float32Array;
  /** Hz. */
  sampleRate: number;
}

/** Complex spectrum as two matrices of the same shape, frames × (1 + ⌊nFft / 2⌋). */
export interface ComplexMatrix {
  re: Matrix;
  im: Matrix;
}

/** Numbers of either precision. */
export type FloatArray = Float32Array | Float64Array;

/** Matrix of zeros. */
export function createMatrix(rows: number, cols: number): Matrix {
  return { data: new Float32Array(rows * cols), rows, cols };
}

/** One row of a matrix, as a view: writing to it writes to the matrix. */
export function row(matrix: Matrix, index: number): Float32Array {
  return matrix.data.subarray(index * matrix.cols, (index + 1) * matrix.cols);
}
