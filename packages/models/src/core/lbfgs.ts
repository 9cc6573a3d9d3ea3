/** Value of a function at w; writes the gradient. */
export type Objective = (w: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  /** Ends when no component of the gradient exceeds this (default 1e-4). */
  tol?: number;
  /** Iterations at most (default 100). */
  maxIter?: number;
  /** Pairs of steps remembered (default 10). */
  memory?: number;
  /** Called after each iteration; throwing ends the search. */
  onIteration?: (iteration: number, value: number) => void;
}

export interface LbfgsResult {
  w: Float64Array;
  value: number;
  iterations: number;
  converged: boolean;
}

/**
 * Minimises a smooth function by limited-memory BFGS with a strong-Wolfe line search.
 *
 * It ends when the largest gradient component is at most `tol`, or when the value no longer falls by more than 64 ε of itself, the
 * rules of scikit-learn's `lbfgs`.
 *
 * @param start is not modified
 * Source: Nocedal & Wright 2006, algorithms 7.4, 7.5, 3.5 and 3.6.
 */
export function lbfgs(
  objective: Objective,
  start: Float64Array,
  { tol = 1e-4, maxIter = 100, memory = 10, onIteration }: LbfgsOptions = {},
): LbfgsResult {
  const n = start.length;
  let w: Float64Array = Float64Array.from(start);
  let gradient: Float64Array = new Float64Array(n);
  let value = objective(w, gradient);
  const steps: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  const direction = new Float64Array(n);
  let iterations = 0;
  let converged = maxAbs(gradient) <= tol;
  while (!converged && iterations < maxIter) {
    twoLoop(gradient, steps, direction);
    let slope = dot(gradient, direction);
    if (!(slope < 0)) {
      // Rounding spoilt the curvature pairs: start again from steepest descent.
      steps.length = 0;
      for (let i = 0; i < n; i++) direction[i] = -gradient[i];
      slope = -dot(gradient, gradient);
    }
    const first = steps.length ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    const found = lineSearch(objective, w, value, slope, direction, first);
    if (!found) break;
    iterations++;
    const { s, y } = steps.length === memory ? (steps.shift() as (typeof steps)[0]) : empty(n);
    for (let i = 0; i < n; i++) {
      s[i] = found.w[i] - w[i];
      y[i] = found.gradient[i] - gradient[i];
    }
    const curvature = dot(s, y);
    if (curvature > 1e-300) steps.push({ s, y, rho: 1 / curvature });
    const fall = (value - found.value) / Math.max(Math.abs(value), Math.abs(found.value), 1);
    w = found.w;
    gradient = found.gradient;
    value = found.value;
    onIteration?.(iterations, value);
    converged = maxAbs(gradient) <= tol || fall <= 64 * Number.EPSILON;
  }
  return { w, value, iterations, converged };
}

const empty = (n: number) => ({ s: new Float64Array(n), y: new Float64Array(n), rho: 0 });

/** direction = −H · gradient, with H the inverse Hessian that the remembered steps imply. */
function twoLoop(
  gradient: Float64Array,
  steps: readonly { s: Float64Array; y: Float64Array; rho: number }[],
  direction: Float64Array,
): void {
  const n = gradient.length;
  for (let i = 0; i < n; i++) direction[i] = -gradient[i];
  const alpha = new Float64Array(steps.length);
  for (let m = steps.length - 1; m >= 0; m--) {
    const { s, y, rho } = steps[m];
    alpha[m] = rho * dot(s, direction);
    axpy(-alpha[m], y, direction);
  }
  const last = steps[steps.length - 1];
  if (last) {
    const scale = 1 / (last.rho * dot(last.y, last.y));
    for (let i = 0; i < n; i++) direction[i] *= scale;
  }
  for (let m = 0; m < steps.length; m++) {
    const { s, y, rho } = steps[m];
    axpy(alpha[m] - rho * dot(y, direction), s, direction);
  }
}

interface Trial {
  step: number;
  value: number;
  slope: number;
  w: Float64Array;
  gradient: Float64Array;
}

const sufficient = 1e-4;
const curvatureShare = 0.9;

/** A step with sufficient decrease and curvature; undefined where the function no longer falls in doubles. */
function lineSearch(
  objective: Objective,
  w: Float64Array,
  value: number,
  slope: number,
  direction: Float64Array,
  first: number,
): Trial | undefined {
  const n = w.length;
  const at = (step: number): Trial => {
    const moved = new Float64Array(n);
    for (let i = 0; i < n; i++) moved[i] = w[i] + step * direction[i];
    const gradient = new Float64Array(n);
    const reached = objective(moved, gradient);
    return { step, value: reached, slope: dot(gradient, direction), w: moved, gradient };
  };
  let low: Trial = { step: 0, value, slope, w, gradient: w };
  let trial = at(first);
  for (let tries = 0; tries < 20; tries++) {
    const fell = trial.value <= value + sufficient * trial.step * slope;
    if (!fell || (tries > 0 && trial.value >= low.value)) return zoom(at, low, trial, value, slope);
    if (Math.abs(trial.slope) <= -curvatureShare * slope) return trial;
    if (trial.slope >= 0) return zoom(at, trial, low, value, slope);
    const farther = beyond(low, trial);
    low = trial;
    trial = at(farther);
  }
  return low.step > 0 ? low : undefined;
}

/** Where the slope vanishes if it goes on to change as between two steps; at least twice and at most ten times as far. */
function beyond(low: Trial, trial: Trial): number {
  const change = trial.slope - low.slope;
  const ahead = change > 0 ? trial.step - ((trial.step - low.step) * trial.slope) / change : Infinity;
  return Math.min(10 * trial.step, Math.max(2 * trial.step, ahead));
}

/** Narrows an interval that holds a good step; `low` is its end with the lower value. */
function zoom(at: (step: number) => Trial, from: Trial, to: Trial, value: number, slope: number): Trial | undefined {
  let low = from;
  let high = to;
  for (let tries = 0; tries < 30; tries++) {
    const trial = at(cubicMinimum(low, high));
    if (!(trial.value <= value + sufficient * trial.step * slope) || trial.value >= low.value) {
      high = trial;
    } else {
      if (Math.abs(trial.slope) <= -curvatureShare * slope) return trial;
      if (trial.slope * (high.step - low.step) >= 0) high = low;
      low = trial;
    }
    if (Math.abs(high.step - low.step) <= 1e-14 * Math.max(1, low.step)) break;
  }
  return low.step > 0 && low.value < value ? low : undefined;
}

/** Minimum of the cubic through both ends, kept away from them. */
function cubicMinimum(a: Trial, b: Trial): number {
  const middle = (a.step + b.step) / 2;
  if (!Number.isFinite(b.value)) return middle;
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const under = d1 * d1 - a.slope * b.slope;
  if (!(under >= 0)) return middle;
  const d2 = Math.sign(b.step - a.step) * Math.sqrt(under);
  const step = b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
  const margin = 0.1 * Math.abs(b.step - a.step);
  const inside = step >= Math.min(a.step, b.step) + margin && step <= Math.max(a.step, b.step) - margin;
  return inside ? step : middle;
}

export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let s0 = 0;
  let s1 = 0;
  let i = 0;
  for (; i + 1 < n; i += 2) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
  }
  if (i < n) s0 += a[i] * b[i];
  return s0 + s1;
}

export function axpy(scale: number, x: Float64Array, out: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] += scale * x[i];
}

function maxAbs(x: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) {
    const v = Math.abs(x[i]);
    if (!(v <= most)) most = v;
  }
  return most;
}
