/** The dual problem of a two-class support vector machine: minimise ½ αᵀQα + pᵀα with yᵀα = 0 and 0 ≤ α ≤ c. */
export interface SmoProblem {
  /** +1 or −1 for each of l samples. */
  y: Int8Array;
  /** Upper bound of each α. */
  c: Float64Array;
  /** The linear term (default −1 each, that of classification). */
  linear?: Float64Array;
  /** K(i, i). */
  diagonal: Float64Array;
  /** Writes K(i, ·) over the l samples. */
  kernelRow(i: number, out: Float32Array): void;
  /** Ends when the KKT conditions hold within this. */
  tol: number;
  /** Leaves samples out that stay at their bounds. */
  shrinking: boolean;
  /** Bytes of kernel rows kept. */
  cacheBytes: number;
  /** Iterations at most. */
  maxIter?: number;
}

export interface SmoResult {
  alpha: Float64Array;
  /** The decision is Σ αᵢ yᵢ K(i, ·) − rho. */
  rho: number;
  iterations: number;
}

/** Stands in for a curvature that is not positive. */
const tau = 1e-12;

/**
 * Sequential minimal optimisation: second-order choice of the pair, shrinking, kernel rows cached in float32.
 *
 * Gradients are kept as fᵢ = yᵢ ∂ᵢ, in which the two classes look alike.
 *
 * Source: Fan, Chen & Lin 2005, "Working set selection using second order information"; the steps are those of libsvm 3.25, so the
 * two take the same path up to rounding.
 */
export function solveSmo(problem: SmoProblem): SmoResult {
  const { y, c, diagonal, tol, shrinking } = problem;
  const l = y.length;
  const rows = rowCache(problem);
  const alpha = new Float64Array(l);
  const p = problem.linear ?? new Float64Array(l).fill(-1);
  const f = Float64Array.from(p, (v, i) => y[i] * v);
  // Bit 1: α may move so that yα rises (I_up); bit 2: so that it falls (I_low).
  const may = new Uint8Array(l);
  const setMay = (i: number): void => {
    const canRise = alpha[i] < c[i];
    const canFall = alpha[i] > 0;
    may[i] = y[i] > 0 ? (canRise ? 1 : 0) | (canFall ? 2 : 0) : (canFall ? 1 : 0) | (canRise ? 2 : 0);
  };
  for (let i = 0; i < l; i++) setMay(i);
  const active = Int32Array.from({ length: l }, (_, i) => i);
  let size = l;
  let unshrunk = false;
  const maxIter = problem.maxIter ?? Math.max(10_000_000, 100 * l);

  const reconstruct = (): void => {
    if (size === l) return;
    const rest = active.subarray(size);
    for (const t of rest) f[t] = y[t] * p[t];
    for (let i = 0; i < l; i++) {
      if (alpha[i] === 0) continue;
      const k = rows(i);
      const weight = alpha[i] * y[i];
      for (let s = 0; s < rest.length; s++) f[rest[s]] += weight * k[rest[s]];
    }
  };

  const shrink = (): void => {
    let up = -Infinity;
    let low = -Infinity;
    for (let s = 0; s < size; s++) {
      const t = active[s];
      if (may[t] & 1 && -f[t] > up) up = -f[t];
      if (may[t] & 2 && f[t] > low) low = f[t];
    }
    if (!unshrunk && up + low <= tol * 10) {
      unshrunk = true;
      reconstruct();
      size = l;
    }
    for (let s = 0; s < size; ) {
      const t = active[s];
      const settled = may[t] === 1 ? f[t] > low : may[t] === 2 ? -f[t] > up : false;
      if (settled) {
        size--;
        active[s] = active[size];
        active[size] = t;
      } else s++;
    }
  };

  let iterations = 0;
  let counter = Math.min(l, 1000) + 1;
  let i = mostViolating(active, size, f, may);
  for (; iterations < maxIter; iterations++) {
    if (--counter === 0) {
      counter = Math.min(l, 1000);
      if (shrinking) {
        shrink();
        i = mostViolating(active, size, f, may);
      }
    }
    let j = i < 0 ? -1 : choosePartner(i, active, size, f, may, diagonal, tol, rows(i));
    if (j < 0) {
      if (size === l) break;
      reconstruct();
      size = l;
      i = mostViolating(active, size, f, may);
      j = i < 0 ? -1 : choosePartner(i, active, size, f, may, diagonal, tol, rows(i));
      if (j < 0) break;
      counter = 1;
    }
    const ki = rows(i);
    const kj = rows(j);
    const oldI = alpha[i];
    const oldJ = alpha[j];
    step(i, j, ki[j], problem, alpha, f);
    const di = (alpha[i] - oldI) * y[i];
    const dj = (alpha[j] - oldJ) * y[j];
    setMay(i);
    setMay(j);
    i = size === l ? moveAll(f, may, ki, di, kj, dj) : moveActive(active, size, f, may, ki, di, kj, dj);
  }
  if (size < l) reconstruct();
  return { alpha, rho: offset(f, may, alpha, c), iterations };
}

/** The sample of I_up with the lowest f, the last of equals; −1 if there is none. */
function mostViolating(active: Int32Array, size: number, f: Float64Array, may: Uint8Array): number {
  let lowest = Infinity;
  let i = -1;
  for (let s = 0; s < size; s++) {
    const t = active[s];
    if (may[t] & 1 && f[t] <= lowest) {
      lowest = f[t];
      i = t;
    }
  }
  return i;
}

/** Updates f after a step and finds the next most violating sample in the same pass. */
function moveAll(f: Float64Array, may: Uint8Array, ki: Float32Array, di: number, kj: Float32Array, dj: number): number {
  let lowest = Infinity;
  let i = -1;
  for (let t = 0; t < f.length; t++) {
    const v = f[t] + (ki[t] * di + kj[t] * dj);
    f[t] = v;
    if (v <= lowest && may[t] & 1) {
      lowest = v;
      i = t;
    }
  }
  return i;
}

function moveActive(
  active: Int32Array,
  size: number,
  f: Float64Array,
  may: Uint8Array,
  ki: Float32Array,
  di: number,
  kj: Float32Array,
  dj: number,
): number {
  for (let s = 0; s < size; s++) {
    const t = active[s];
    f[t] += ki[t] * di + kj[t] * dj;
  }
  return mostViolating(active, size, f, may);
}

/** The partner of i that lowers the objective most; −1 when optimal. */
function choosePartner(
  i: number,
  active: Int32Array,
  size: number,
  f: Float64Array,
  may: Uint8Array,
  diagonal: Float64Array,
  tol: number,
  ki: Float32Array,
): number {
  const up = -f[i];
  const own = diagonal[i];
  let low = -Infinity;
  let best = -Infinity;
  let j = -1;
  const all = size === f.length;
  for (let s = 0; s < size; s++) {
    const t = all ? s : active[s];
    const gap = up + f[t];
    if (gap > low && may[t] & 2) low = gap;
    if (gap > 0 && may[t] & 2) {
      const curvature = own + diagonal[t] - 2 * ki[t];
      const gain = (gap * gap) / (curvature > 0 ? curvature : tau);
      if (gain >= best) {
        best = gain;
        j = t;
      }
    }
  }
  return low < tol ? -1 : j;
}

/** Moves αᵢ and αⱼ to the best point of their line inside the box. */
function step(
  i: number,
  j: number,
  kij: number,
  { y, c, diagonal }: SmoProblem,
  alpha: Float64Array,
  f: Float64Array,
): void {
  const curvature = diagonal[i] + diagonal[j] - 2 * kij;
  const a = curvature > 0 ? curvature : tau;
  const ci = c[i];
  const cj = c[j];
  if (y[i] !== y[j]) {
    const delta = (-y[i] * f[i] - y[j] * f[j]) / a;
    const diff = alpha[i] - alpha[j];
    alpha[i] += delta;
    alpha[j] += delta;
    if (diff > 0 && alpha[j] < 0) set(alpha, i, diff, j, 0);
    else if (diff <= 0 && alpha[i] < 0) set(alpha, i, 0, j, -diff);
    if (diff > ci - cj && alpha[i] > ci) set(alpha, i, ci, j, ci - diff);
    else if (diff <= ci - cj && alpha[j] > cj) set(alpha, i, cj + diff, j, cj);
  } else {
    const delta = (y[i] * f[i] - y[j] * f[j]) / a;
    const sum = alpha[i] + alpha[j];
    alpha[i] -= delta;
    alpha[j] += delta;
    if (sum > ci && alpha[i] > ci) set(alpha, i, ci, j, sum - ci);
    else if (sum <= ci && alpha[j] < 0) set(alpha, i, sum, j, 0);
    if (sum > cj && alpha[j] > cj) set(alpha, i, sum - cj, j, cj);
    else if (sum <= cj && alpha[i] < 0) set(alpha, i, 0, j, sum);
  }
}

function set(alpha: Float64Array, i: number, atI: number, j: number, atJ: number): void {
  alpha[i] = atI;
  alpha[j] = atJ;
}

/** Mean of f over the free samples; without any, the middle of what the bounds allow. */
function offset(f: Float64Array, may: Uint8Array, alpha: Float64Array, c: Float64Array): number {
  let high = Infinity;
  let low = -Infinity;
  let sum = 0;
  let free = 0;
  for (let t = 0; t < f.length; t++) {
    if (alpha[t] > 0 && alpha[t] < c[t]) {
      sum += f[t];
      free++;
    } else if (may[t] & 1) high = Math.min(high, f[t]);
    else low = Math.max(low, f[t]);
  }
  return free ? sum / free : (high + low) / 2;
}

/** Kernel rows by index; the least recently used go when the cache is full. */
function rowCache({ y, kernelRow, cacheBytes }: SmoProblem): (i: number) => Float32Array {
  const l = y.length;
  const room = Math.max(2, Math.min(l, Math.floor(cacheBytes / (4 * l))));
  const kept = new Array<Float32Array | undefined>(l);
  if (room === l) {
    return (i) => {
      let row = kept[i];
      if (!row) {
        row = new Float32Array(l);
        kept[i] = row;
        kernelRow(i, row);
      }
      return row;
    };
  }
  const order = new Map<number, Float32Array>();
  return (i) => {
    let row = order.get(i);
    if (row) order.delete(i);
    else {
      if (order.size >= room) {
        const [oldest, freed] = order.entries().next().value as [number, Float32Array];
        order.delete(oldest);
        row = freed;
      } else row = new Float32Array(l);
      kernelRow(i, row);
    }
    order.set(i, row);
    return row;
  };
}
