import type { KernelSource } from "./kernelSource.js";
import { solveSmo } from "./smo.js";

export interface OvoSettings {
  /** Upper bound of α of each training sample. */
  bounds: Float64Array;
  tol: number;
  shrinking: boolean;
  cacheBytes: number;
}

/** The machine that tells class `first` (positive) from `second`. */
export interface PairMachine {
  /** Training samples with α > 0. */
  support: Int32Array;
  /** αᵢ yᵢ of each of them. */
  coef: Float64Array;
  rho: number;
}

/** Trains one pair on the samples of two classes. */
export function trainPair(
  source: KernelSource,
  first: Int32Array,
  second: Int32Array,
  { bounds, tol, shrinking, cacheBytes }: OvoSettings,
): PairMachine {
  const samples = new Int32Array(first.length + second.length);
  samples.set(first);
  samples.set(second, first.length);
  const y = new Int8Array(samples.length).fill(-1).fill(1, 0, first.length);
  const { alpha, rho } = solveSmo({
    y,
    c: Float64Array.from(samples, (i) => bounds[i]),
    diagonal: Float64Array.from(samples, (i) => source.diagonal[i]),
    kernelRow: rowReader(source, first, second, samples),
    tol,
    shrinking,
    cacheBytes,
  });
  const kept = Int32Array.from({ length: samples.length }, (_, i) => i).filter((i) => alpha[i] > 0);
  return { support: kept.map((i) => samples[i]), coef: Float64Array.from(kept, (i) => alpha[i] * y[i]), rho };
}

/** Reads kernel rows over the samples of a pair: two copies where each class lies together, else one by one. */
function rowReader(
  source: KernelSource,
  first: Int32Array,
  second: Int32Array,
  samples: Int32Array,
): (i: number, out: Float32Array) => void {
  const { row } = source;
  const together = (list: Int32Array): boolean => list[list.length - 1] - list[0] === list.length - 1;
  if (!row || !together(first) || !together(second)) return (i, out) => source.fill(samples[i], samples, out);
  return (i, out) => {
    const whole = row(samples[i]);
    out.set(whole.subarray(first[0], first[0] + first.length));
    out.set(whole.subarray(second[0], second[0] + second.length), first.length);
  };
}

/** Decision of a pair for training samples that it may not have seen. */
export function decidePair(
  source: KernelSource,
  { support, coef, rho }: PairMachine,
  samples: Int32Array,
): Float64Array {
  const out = new Float64Array(samples.length);
  const values = new Float32Array(support.length);
  for (let s = 0; s < samples.length; s++) {
    source.fill(samples[s], support, values);
    let sum = -rho;
    for (let t = 0; t < support.length; t++) sum += coef[t] * values[t];
    out[s] = sum;
  }
  return out;
}

/** All pairs (0, 1), (0, 2) … (k − 2, k − 1), each once. */
export function forEachPair(k: number, visit: (first: number, second: number, pair: number) => void): void {
  let pair = 0;
  for (let first = 0; first < k; first++)
    for (let second = first + 1; second < k; second++) visit(first, second, pair++);
}

/** Training samples of each class, in order. */
export function samplesByClass(codes: Int32Array, k: number, among?: Int32Array): Int32Array[] {
  const lists: number[][] = Array.from({ length: k }, () => []);
  if (among) for (const i of among) lists[codes[i]].push(i);
  else for (let i = 0; i < codes.length; i++) lists[codes[i]].push(i);
  return lists.map((list) => Int32Array.from(list));
}

/**
 * One score a class from the decisions of all pairs: votes, plus confidences squeezed so that they only break ties.
 *
 * @param decisions samples × pairs, positive for the first class of the pair
 * Equals scikit-learn's `decision_function_shape="ovr"`.
 */
export function voteScores(decisions: Float64Array, rows: number, k: number): Float64Array {
  const pairs = (k * (k - 1)) / 2;
  const out = new Float64Array(rows * k);
  const confidence = new Float64Array(k);
  for (let s = 0; s < rows; s++) {
    confidence.fill(0);
    forEachPair(k, (i, j, pair) => {
      const d = decisions[s * pairs + pair];
      out[s * k + (d > 0 ? i : j)]++;
      confidence[i] += d;
      confidence[j] -= d;
    });
    for (let c = 0; c < k; c++) out[s * k + c] += confidence[c] / (3 * (Math.abs(confidence[c]) + 1));
  }
  return out;
}
