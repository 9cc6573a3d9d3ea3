/** Dense linear algebra on row-major doubles, for the few hundred columns that tables and pooled features have. */

/**
 * Lower triangle L with L Lᵀ = a (n × n, symmetric).
 *
 * @returns undefined if a is not positive definite
 */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let t = 0; t < j; t++) sum -= l[i * n + t] * l[j * n + t];
      if (i === j) {
        if (!(sum > 0)) return undefined;
        l[i * n + i] = Math.sqrt(sum);
      } else l[i * n + j] = sum / l[j * n + j];
    }
  }
  return l;
}

/** Solves L z = b for a lower triangle, in place. */
export function solveLower(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = 0; i < n; i++) {
    let sum = b[i];
    for (let t = 0; t < i; t++) sum -= l[i * n + t] * b[t];
    b[i] = sum / l[i * n + i];
  }
  return b;
}

/** Solves Lᵀ z = b for a lower triangle, in place. */
export function solveUpper(l: Float64Array, n: number, b: Float64Array): Float64Array {
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i];
    for (let t = i + 1; t < n; t++) sum -= l[t * n + i] * b[t];
    b[i] = sum / l[i * n + i];
  }
  return b;
}

export interface Eigen {
  /** Largest first. */
  values: Float64Array;
  /** A row for each value, of length 1. */
  vectors: Float64Array;
}

/**
 * Eigenvalues and vectors of a symmetric matrix (n × n).
 *
 * Source: Householder reduction and implicit QL, Wilkinson & Reinsch 1971 (`tred2`, `tql2`).
 */
export function symmetricEigen(a: Float64Array, n: number): Eigen {
  const v = Float64Array.from(a);
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalise(v, d, e, n);
  diagonalise(v, d, e, n);
  const order = Array.from(d.keys()).sort((p, q) => d[q] - d[p]);
  const vectors = new Float64Array(n * n);
  for (const [row, j] of order.entries()) for (let i = 0; i < n; i++) vectors[row * n + i] = v[i * n + j];
  return { values: Float64Array.from(order, (j) => d[j]), vectors };
}

function tridiagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = n - 1; i > 0; i--) {
    const l = i - 1;
    let h = 0;
    let scale = 0;
    if (l > 0) for (let t = 0; t <= l; t++) scale += Math.abs(v[i * n + t]);
    if (scale === 0) e[i] = v[i * n + l];
    else {
      for (let t = 0; t <= l; t++) {
        v[i * n + t] /= scale;
        h += v[i * n + t] ** 2;
      }
      let f = v[i * n + l];
      let g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      v[i * n + l] = f - g;
      f = 0;
      for (let j = 0; j <= l; j++) {
        v[j * n + i] = v[i * n + j] / h;
        g = 0;
        for (let t = 0; t <= j; t++) g += v[j * n + t] * v[i * n + t];
        for (let t = j + 1; t <= l; t++) g += v[t * n + j] * v[i * n + t];
        e[j] = g / h;
        f += e[j] * v[i * n + j];
      }
      const hh = f / (h + h);
      for (let j = 0; j <= l; j++) {
        f = v[i * n + j];
        e[j] = g = e[j] - hh * f;
        for (let t = 0; t <= j; t++) v[j * n + t] -= f * e[t] + g * v[i * n + t];
      }
    }
    d[i] = h;
  }
  d[0] = 0;
  e[0] = 0;
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0) {
      for (let j = 0; j < i; j++) {
        let g = 0;
        for (let t = 0; t < i; t++) g += v[i * n + t] * v[t * n + j];
        for (let t = 0; t < i; t++) v[t * n + j] -= g * v[t * n + i];
      }
    }
    d[i] = v[i * n + i];
    v[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      v[j * n + i] = 0;
      v[i * n + j] = 0;
    }
  }
}

function diagonalise(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i];
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; iteration < 60; iteration++) {
      let m = l;
      for (; m < n - 1; m++) {
        const size = Math.abs(d[m]) + Math.abs(d[m + 1]);
        if (Math.abs(e[m]) <= Number.EPSILON * size) break;
      }
      if (m === l) break;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      let r = Math.hypot(g, 1);
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        for (let t = 0; t < n; t++) {
          const w = v[t * n + i + 1];
          v[t * n + i + 1] = s * v[t * n + i] + c * w;
          v[t * n + i] = c * v[t * n + i] - s * w;
        }
      }
      if (r === 0 && i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

/** Σ (row − mean)(row − mean)ᵀ over rows: cols × cols. */
export function scatter(data: ArrayLike<number>, rows: number, cols: number, mean: ArrayLike<number>): Float64Array {
  const out = new Float64Array(cols * cols);
  const d = new Float64Array(cols);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) d[j] = data[i * cols + j] - mean[j];
    for (let j = 0; j < cols; j++) {
      const v = d[j];
      if (v === 0) continue;
      const base = j * cols;
      for (let t = 0; t <= j; t++) out[base + t] += v * d[t];
    }
  }
  for (let j = 0; j < cols; j++) for (let t = 0; t < j; t++) out[t * cols + j] = out[j * cols + t];
  return out;
}
