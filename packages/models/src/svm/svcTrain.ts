import { selectSamples } from "../core/features.js";
import type { Matrix } from "../core/types.js";
import type { KernelSource } from "./kernelSource.js";
import { forEachPair, type OvoSettings, samplesByClass, trainPair } from "./ovo.js";

/** Machines of all pairs over one set of support vectors, laid out as libsvm's. */
export interface OvoModel {
  /** Support vectors, grouped by class. */
  vectors: Matrix;
  /** How many of them each class has. */
  counts: Int32Array;
  /** (classes − 1) × vectors: for a vector of class c, row j is its part in the machine against class j (j < c) or j + 1. */
  dualCoef: Float64Array;
  /** One offset a pair. */
  rho: Float64Array;
}

/** Trains the machines of all pairs. */
export function trainOvo(
  x: Matrix,
  source: KernelSource,
  codes: Int32Array,
  k: number,
  settings: OvoSettings,
  signal?: AbortSignal,
): OvoModel {
  const members = samplesByClass(codes, k);
  const coef = new Map<number, Float64Array>();
  const rho = new Float64Array((k * (k - 1)) / 2);
  forEachPair(k, (first, second, pair) => {
    signal?.throwIfAborted();
    const machine = trainPair(source, members[first], members[second], settings);
    rho[pair] = machine.rho;
    for (let s = 0; s < machine.support.length; s++) {
      const sample = machine.support[s];
      const own = coef.get(sample) ?? new Float64Array(k - 1);
      own[codes[sample] === first ? second - 1 : first] = machine.coef[s];
      coef.set(sample, own);
    }
  });
  const kept = members.map((list) => list.filter((i) => coef.has(i)));
  const order = kept.flatMap((list) => Array.from(list));
  const dualCoef = new Float64Array((k - 1) * order.length);
  for (let s = 0; s < order.length; s++) {
    const own = coef.get(order[s]);
    for (let j = 0; own && j < k - 1; j++) dualCoef[j * order.length + s] = own[j];
  }
  return { vectors: selectSamples(x, order), counts: Int32Array.from(kept, (list) => list.length), dualCoef, rho };
}

/**
 * Decisions of all pairs.
 *
 * @param values kernel values, samples × support vectors
 * @returns samples × pairs, positive for the first class of the pair
 */
export function decidePairs({ counts, dualCoef, rho }: OvoModel, values: Float64Array, rows: number): Float64Array {
  const k = counts.length;
  const total = counts.reduce((a, b) => a + b, 0);
  const starts = new Int32Array(k + 1);
  for (let c = 0; c < k; c++) starts[c + 1] = starts[c] + counts[c];
  const out = new Float64Array(rows * rho.length);
  // sums[j · k + c]: what the vectors of class c add in row j of the coefficients.
  const sums = new Float64Array((k - 1) * k);
  for (let s = 0; s < rows; s++) {
    const at = s * total;
    for (let j = 0; j < k - 1; j++) {
      for (let c = 0; c < k; c++) {
        let sum = 0;
        for (let v = starts[c]; v < starts[c + 1]; v++) sum += dualCoef[j * total + v] * values[at + v];
        sums[j * k + c] = sum;
      }
    }
    forEachPair(k, (first, second, pair) => {
      out[s * rho.length + pair] = sums[(second - 1) * k + first] + sums[first * k + second] - rho[pair];
    });
  }
  return out;
}
