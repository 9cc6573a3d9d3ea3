/**
 * Eigenvalues and, if asked for, eigenvectors of a symmetric matrix: Householder's reduction to three diagonals, then the
 * QL method with implicit shifts.
 *
 * @param a n × n, row-major; overwritten, with eigenvectors in its columns when `vectors` is set
 * @returns n eigenvalues, in no order
 * Source: Wilkinson & Reinsch 1971, tred2 and tql2 (in the form of EISPACK).
 */
export function symmetricEigen(a: Float64Array, n: number, vectors: boolean): Float64Array {
  const d = new Float64Array(n);
  const e = new Float64Array(n);
  tridiagonalize(a, n, d, e, vectors);
  implicitQl(a, n, d, e, vectors);
  return d;
}

function tridiagonalize(a: Float64Array, n: number, d: Float64Array, e: Float64Array, vectors: boolean): void {
  for (let i = n - 1; i > 0; i--) {
    const row = a.subarray(i * n, i * n + i);
    let scale = 0;
    for (const v of row) scale += Math.abs(v);
    if (i === 1 || scale === 0) {
      e[i] = row[i - 1];
      d[i] = 0;
      continue;
    }
    let h = 0;
    for (let k = 0; k < i; k++) {
      row[k] /= scale;
      h += row[k] * row[k];
    }
    const g = row[i - 1] >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= row[i - 1] * g;
    row[i - 1] -= g;
    reflect(a, n, i, e, h, vectors);
    d[i] = h;
  }
  if (vectors) accumulate(a, n, d);
  else for (let i = 0; i < n; i++) d[i] = a[i * n + i];
  e[0] = 0;
}

/** A ← P A P for the Householder vector in row i, in the lower triangle of the first i rows. */
function reflect(a: Float64Array, n: number, i: number, e: Float64Array, h: number, vectors: boolean): void {
  const row = a.subarray(i * n, i * n + i);
  let f = 0;
  e.fill(0, 0, i);
  for (let j = 0; j < i; j++) {
    if (vectors) a[j * n + i] = row[j] / h;
    const other = a.subarray(j * n, j * n + j + 1);
    const rj = row[j];
    let g = other[j] * rj;
    for (let k = 0; k < j; k++) {
      g += other[k] * row[k];
      e[k] += other[k] * rj;
    }
    e[j] += g;
  }
  for (let j = 0; j < i; j++) {
    e[j] /= h;
    f += e[j] * row[j];
  }
  const half = f / (2 * h);
  for (let j = 0; j < i; j++) e[j] -= half * row[j];
  for (let j = 0; j < i; j++) {
    const [rj, ej] = [row[j], e[j]];
    const other = a.subarray(j * n, j * n + j + 1);
    for (let k = 0; k <= j; k++) other[k] -= rj * e[k] + ej * row[k];
  }
}

function accumulate(a: Float64Array, n: number, d: Float64Array): void {
  d[0] = 0;
  for (let i = 0; i < n; i++) {
    if (i > 0 && d[i] !== 0) {
      for (let j = 0; j < i; j++) {
        let g = 0;
        for (let k = 0; k < i; k++) g += a[i * n + k] * a[k * n + j];
        for (let k = 0; k < i; k++) a[k * n + j] -= g * a[k * n + i];
      }
    }
    d[i] = a[i * n + i];
    a[i * n + i] = 1;
    for (let j = 0; j < i; j++) a[j * n + i] = a[i * n + j] = 0;
  }
}

function implicitQl(z: Float64Array, n: number, d: Float64Array, e: Float64Array, vectors: boolean): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let sweep = 0; ; sweep++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > Number.EPSILON * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l) break;
      if (sweep === 60) throw new RangeError("symmetricEigen: no convergence after 60 sweeps; is the matrix finite?");
      chase(z, n, d, e, l, m, vectors);
    }
  }
}

/** One shifted sweep from m up to l. */
function chase(
  z: Float64Array,
  n: number,
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  vectors: boolean,
): void {
  let g = (d[l + 1] - d[l]) / (2 * e[l]);
  let r = Math.hypot(g, 1);
  g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
  let [s, c, p] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i];
    const b = c * e[i];
    r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1] -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1] - p;
    r = (d[i] - g) * s + 2 * c * b;
    p = s * r;
    d[i + 1] = g + p;
    g = c * r - b;
    if (!vectors) continue;
    for (let k = 0; k < n; k++) {
      const at = k * n + i;
      const right = z[at + 1];
      z[at + 1] = s * z[at] + c * right;
      z[at] = c * z[at] - s * right;
    }
  }
  d[l] -= p;
  e[l] = g;
  e[m] = 0;
}
