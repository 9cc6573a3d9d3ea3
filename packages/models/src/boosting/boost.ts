import type { EpochLog } from "../core/types.js";
import type { BinMapper } from "./binMapper.js";
import { missingBin } from "./binMapper.js";
import { addTreeToBinned } from "./boostedTrees.js";
import { createTreeGrower, type HistTree } from "./histTree.js";

export interface BoostedTrees {
  /** Score columns: 1 for two classes, else one a class. */
  k: number;
  /** Scores before the first round. */
  baseline: Float64Array;
  /** Round by round, class by class. */
  trees: HistTree[];
}

export interface BoostJob {
  bins: Uint8Array;
  cols: number;
  codes: Int32Array;
  classes: number;
  weights?: Float64Array;
  mapper: BinMapper;
  /** Held-out samples for early stopping. */
  held?: { bins: Uint8Array; codes: Int32Array };
  options: {
    learningRate: number;
    maxIter: number;
    maxLeafNodes: number;
    maxDepth?: number;
    minSamplesLeaf: number;
    l2Regularization: number;
    monotonicConstraints: readonly number[];
    nIterNoChange: number;
    tol: number;
  };
  /** The log tells the training loss, which takes time. */
  wantsLoss: boolean;
  afterRound(log: EpochLog): void;
}

/** Fits trees to the gradients of the log loss, round after round. */
export function boost(job: BoostJob): BoostedTrees {
  const { bins, cols, codes, weights, mapper, held, options } = job;
  const rows = codes.length;
  const k = job.classes === 2 ? 1 : job.classes;
  const baseline = priorScores(codes, job.classes, weights);
  const scores = repeat(baseline, rows);
  const heldScores = held && repeat(baseline, held.codes.length);
  const grow = createTreeGrower(bins, rows, cols, {
    minSamplesLeaf: options.minSamplesLeaf,
    maxLeafNodes: options.maxLeafNodes,
    maxDepth: options.maxDepth ?? Infinity,
    learningRate: options.learningRate,
    l2: options.l2Regularization,
    cuts: Int32Array.from(mapper.cuts, (cuts) => cuts.length),
    categorical: mapper.categorical,
    hasMissing: Array.from({ length: cols }, (_, j) => bins.subarray(j * rows, (j + 1) * rows).includes(missingBin)),
    monotonic: Int8Array.from({ length: cols }, (_, j) => options.monotonicConstraints[j] ?? 0),
  });
  const gradients = Array.from({ length: k }, () => new Float32Array(rows));
  const hessians = Array.from({ length: k }, () => new Float32Array(rows));
  const trees: HistTree[] = [];
  const losses: number[] = [];
  if (held && heldScores) losses.push(logLoss(heldScores, held.codes, k));
  for (let round = 1; round <= options.maxIter; round++) {
    const loss = job.wantsLoss ? logLoss(scores, codes, k) : undefined;
    derive(scores, codes, k, weights, gradients, hessians);
    for (let c = 0; c < k; c++) {
      const tree = grow(gradients[c], hessians[c], scores, k, c);
      trees.push(tree);
      if (held && heldScores) addTreeToBinned(tree, held.bins, held.codes.length, heldScores, k, c);
    }
    const log: EpochLog = { epoch: round, epochs: options.maxIter, ...(loss !== undefined && { loss }) };
    if (held && heldScores) {
      losses.push(logLoss(heldScores, held.codes, k));
      log.valLoss = losses[losses.length - 1];
    }
    job.afterRound(log);
    if (held && isFlat(losses, options)) break;
  }
  return { k, baseline, trees };
}

/** Whether none of the last rounds is better than the one before them. */
function isFlat(losses: readonly number[], { nIterNoChange, tol }: { nIterNoChange: number; tol: number }): boolean {
  if (losses.length < nIterNoChange + 1) return false;
  const reference = losses[losses.length - nIterNoChange - 1] - tol;
  return losses.slice(-nIterNoChange).every((loss) => loss >= reference);
}

/** Log-odds of the second class, or centred logarithms of the classes' shares. */
function priorScores(codes: Int32Array, classes: number, weights: Float64Array | undefined): Float64Array {
  const counts = new Float64Array(classes);
  for (let i = 0; i < codes.length; i++) counts[codes[i]] += weights?.[i] ?? 1;
  const total = counts.reduce((a, b) => a + b, 0);
  const logs = counts.map((count) => Math.log(Math.max(count / total, 2.3e-16)));
  if (classes === 2) return Float64Array.of(logs[1] - logs[0]);
  const mean = logs.reduce((a, b) => a + b, 0) / classes;
  return logs.map((v) => v - mean);
}

function repeat(row: Float64Array, times: number): Float64Array {
  const out = new Float64Array(row.length * times);
  for (let i = 0; i < times; i++) out.set(row, i * row.length);
  return out;
}

/** Writes first and second derivatives of the log loss. */
function derive(
  scores: Float64Array,
  codes: Int32Array,
  k: number,
  weights: Float64Array | undefined,
  gradients: readonly Float32Array[],
  hessians: readonly Float32Array[],
): void {
  const n = codes.length;
  if (k === 1) {
    const [g] = gradients;
    const [h] = hessians;
    for (let i = 0; i < n; i++) {
      const z = scores[i];
      const e = Math.exp(-Math.abs(z));
      const p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
      const w = weights ? weights[i] : 1;
      g[i] = w * (p - codes[i]);
      h[i] = w * p * (1 - p);
    }
    return;
  }
  const p = new Float64Array(k);
  for (let i = 0; i < n; i++) {
    softmax(scores, i * k, p);
    const w = weights ? weights[i] : 1;
    for (let c = 0; c < k; c++) {
      gradients[c][i] = w * (p[c] - (codes[i] === c ? 1 : 0));
      hessians[c][i] = w * p[c] * (1 - p[c]);
    }
  }
}

/** Probabilities of one row; returns the logarithm of the sum of the exponentials. */
function softmax(scores: Float64Array, at: number, p: Float64Array): number {
  let top = -Infinity;
  for (let c = 0; c < p.length; c++) top = Math.max(top, scores[at + c]);
  let sum = 0;
  for (let c = 0; c < p.length; c++) {
    p[c] = Math.exp(scores[at + c] - top);
    sum += p[c];
  }
  for (let c = 0; c < p.length; c++) p[c] /= sum;
  return Math.log(sum) + top;
}

function logLoss(scores: Float64Array, codes: Int32Array, k: number): number {
  let loss = 0;
  const p = new Float64Array(k);
  for (let i = 0; i < codes.length; i++) {
    if (k === 1) {
      const z = codes[i] ? scores[i] : -scores[i];
      loss += Math.log1p(Math.exp(-Math.abs(z))) + (z < 0 ? -z : 0);
    } else loss += softmax(scores, i * k, p) - (codes[i] < 0 ? 0 : scores[i * k + codes[i]]);
  }
  return loss / codes.length;
}
