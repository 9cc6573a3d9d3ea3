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
  rows: number;
  loss: BoostLoss;
  mapper: BinMapper;
  /** Held-out samples for early stopping. */
  held?: { bins: Uint8Array; rows: number; loss: BoostLoss };
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

/** What is made small: scores are rows × k, row by row. */
export interface BoostLoss {
  k: number;
  /** Scores before the first round. */
  baseline: Float64Array;
  /** Writes first and second derivatives by the scores of each column. */
  derive(scores: Float64Array, gradients: readonly Float32Array[], hessians: readonly Float32Array[]): void;
  mean(scores: Float64Array): number;
}

/** Fits trees to the gradients of a loss, round after round. */
export function boost(job: BoostJob): BoostedTrees {
  const { bins, rows, cols, mapper, held, options } = job;
  const { k, baseline } = job.loss;
  const scores = repeat(baseline, rows);
  const heldScores = held && repeat(baseline, held.rows);
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
  if (held && heldScores) losses.push(held.loss.mean(heldScores));
  for (let round = 1; round <= options.maxIter; round++) {
    const loss = job.wantsLoss ? job.loss.mean(scores) : undefined;
    job.loss.derive(scores, gradients, hessians);
    for (let c = 0; c < k; c++) {
      const tree = grow(gradients[c], hessians[c], scores, k, c);
      trees.push(tree);
      if (held && heldScores) addTreeToBinned(tree, held.bins, held.rows, heldScores, k, c);
    }
    const log: EpochLog = { epoch: round, epochs: options.maxIter, ...(loss !== undefined && { loss }) };
    if (held && heldScores) {
      losses.push(held.loss.mean(heldScores));
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

function repeat(row: Float64Array, times: number): Float64Array {
  const out = new Float64Array(row.length * times);
  for (let i = 0; i < times; i++) out.set(row, i * row.length);
  return out;
}
