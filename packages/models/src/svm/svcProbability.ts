import { createRandom, permutation } from "../core/random.js";
import type { KernelSource } from "./kernelSource.js";
import { decidePair, forEachPair, type OvoSettings, samplesByClass, trainPair, voteScores } from "./ovo.js";
import { applySigmoid, couplePairs, fitSigmoid, type Sigmoid } from "./platt.js";

const folds = 5;

/** A sigmoid a pair, fitted on decisions for samples that the pair was not trained on (5 parts, seeded). */
export function fitPairSigmoids(
  source: KernelSource,
  codes: Int32Array,
  k: number,
  settings: OvoSettings,
  seed: number,
): Sigmoid[] {
  const members = samplesByClass(codes, k);
  const sigmoids: Sigmoid[] = [];
  forEachPair(k, (first, second, pair) => {
    const own = joined(members[first], members[second]);
    const order = permutation(own.length, createRandom(seed, pair));
    const scores = new Float64Array(own.length);
    for (let fold = 0; fold < folds; fold++) {
      const from = Math.floor((fold * own.length) / folds);
      const to = Math.floor(((fold + 1) * own.length) / folds);
      const held = order.subarray(from, to).map((p) => own[p]);
      const rest = joined(order.subarray(0, from), order.subarray(to)).map((p) => own[p]);
      const lists = samplesByClass(codes, k, rest);
      const decisions = decideFold(source, lists[first], lists[second], held, settings);
      for (let s = from; s < to; s++) scores[order[s]] = decisions[s - from];
    }
    sigmoids.push(
      fitSigmoid(
        scores,
        Array.from(own, (i) => codes[i] === first),
      ),
    );
  });
  return sigmoids;
}

/** Where a fold leaves one class without samples the other is certain, as in libsvm. */
function decideFold(
  source: KernelSource,
  first: Int32Array,
  second: Int32Array,
  held: Int32Array,
  settings: OvoSettings,
): Float64Array {
  if (first.length && second.length) return decidePair(source, trainPair(source, first, second, settings), held);
  return new Float64Array(held.length).fill(Math.sign(first.length - second.length));
}

/** Probabilities from the decisions of all pairs, by coupling: samples × classes. */
export function pairProbabilities(
  decisions: Float64Array,
  rows: number,
  k: number,
  sigmoids: readonly Sigmoid[],
): Float64Array {
  const pairs = sigmoids.length;
  const out = new Float64Array(rows * k);
  const pairwise = new Float64Array(k * k);
  for (let s = 0; s < rows; s++) {
    forEachPair(k, (i, j, pair) => {
      const p = applySigmoid(decisions[s * pairs + pair], sigmoids[pair]);
      const clipped = Math.min(Math.max(p, 1e-7), 1 - 1e-7);
      pairwise[i * k + j] = clipped;
      pairwise[j * k + i] = 1 - clipped;
    });
    const row = out.subarray(s * k, (s + 1) * k);
    if (k === 2) row.set([pairwise[1], pairwise[2]]);
    else couplePairs(pairwise, k, row);
  }
  return out;
}

/** How steep a softmax of the vote scores fits held-out samples best; probabilities made with it agree with `predict`. */
export function fitTemperature(
  source: KernelSource,
  codes: Int32Array,
  k: number,
  settings: OvoSettings,
  seed: number,
): number {
  const order = permutation(codes.length, createRandom(seed, 0));
  const scores = new Float64Array(codes.length * k);
  for (let fold = 0; fold < folds; fold++) {
    const from = Math.floor((fold * codes.length) / folds);
    const to = Math.floor(((fold + 1) * codes.length) / folds);
    const held = order.slice(from, to);
    const lists = samplesByClass(codes, k, joined(order.subarray(0, from), order.subarray(to)));
    const pairs = (k * (k - 1)) / 2;
    const decisions = new Float64Array(held.length * pairs);
    forEachPair(k, (i, j, pair) => {
      const values = decideFold(source, lists[i], lists[j], held, settings);
      for (let s = 0; s < held.length; s++) decisions[s * pairs + pair] = values[s];
    });
    const part = classScores(decisions, held.length, k);
    for (let s = 0; s < held.length; s++) scores.set(part.subarray(s * k, (s + 1) * k), held[s] * k);
  }
  return goldenSection((log) => softmaxLoss(scores, codes, k, Math.exp(log)), Math.log(0.01), Math.log(100));
}

/** One score a class: vote scores, or ± half the decision for two classes. */
export function classScores(decisions: Float64Array, rows: number, k: number): Float64Array {
  if (k > 2) return voteScores(decisions, rows, k);
  const out = new Float64Array(rows * 2);
  for (let s = 0; s < rows; s++) {
    out[2 * s] = decisions[s] / 2;
    out[2 * s + 1] = -decisions[s] / 2;
  }
  return out;
}

function softmaxLoss(scores: Float64Array, codes: Int32Array, k: number, steepness: number): number {
  let loss = 0;
  for (let s = 0; s < codes.length; s++) {
    const own = scores[s * k + codes[s]];
    let sum = 0;
    for (let c = 0; c < k; c++) sum += Math.exp(steepness * (scores[s * k + c] - own));
    loss += Math.log(sum);
  }
  return loss;
}

function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  for (let i = 0; i < 40; i++) {
    const c = b - ratio * (b - a);
    const d = a + ratio * (b - a);
    if (f(c) < f(d)) b = d;
    else a = c;
  }
  return Math.exp((a + b) / 2);
}

function joined(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
