import type { Awaitable, FitOptions } from "../core/types.js";
import { type GrownTrees, growTrees } from "../tree/growTree.js";
import { joinTrees, type Trees } from "../tree/trees.js";
import { growInWorkers } from "../workers/growInWorkers.js";
import type { ForestData } from "../workers/worker.js";

/** Trees that a thread grows at a time. */
const treesPerJob = 10;

/** Values times trees below which starting workers costs more than they save. */
const smallWork = 1e6;

/** Grows the trees of a forest, here or with more than one thread in workers; the trees are the same for any number of them. */
export function growForest(
  data: ForestData,
  count: number,
  { signal, onEpoch, threads = 1 }: FitOptions,
): Awaitable<GrownTrees[]> {
  const { columns, codes, weights, settings } = data;
  // Importances are summed job by job: jobs must not depend on the threads, or the last bits would.
  const jobs = Array.from({ length: Math.ceil(count / treesPerJob) }, (_, j) => ({
    from: j * treesPerJob,
    to: Math.min(count, (j + 1) * treesPerJob),
  }));
  const growHere = (): GrownTrees[] =>
    jobs.map(({ from, to }) => {
      signal?.throwIfAborted();
      const grown = growTrees(columns, codes, weights, settings, from, to);
      onEpoch?.({ epoch: to, epochs: count });
      return grown;
    });
  if (threads <= 1 || jobs.length < 2 || columns.codes.length * count < smallWork) return growHere();
  const afterJob = (done: number) => void onEpoch?.({ epoch: Math.min(count, done * treesPerJob), epochs: count });
  return growInWorkers(data, jobs, threads, { signal, afterJob }).then((grown) => grown ?? growHere());
}

/** All trees together, and the share of each column in the fall of impurity. */
export function joinGrown(parts: readonly GrownTrees[], cols: number): { trees: Trees; importances: Float64Array } {
  const importances = new Float64Array(cols);
  for (const part of parts) for (let j = 0; j < cols; j++) importances[j] += part.importances[j];
  const sum = importances.reduce((a, b) => a + b, 0);
  const trees = joinTrees(parts.map((part) => part.trees));
  return { trees, importances: importances.map((v) => (sum > 0 ? v / sum : 0)) };
}

/** Columns looked at for each split. */
export function columnsPerSplit(option: number | "sqrt" | "log2" | "all", cols: number): number {
  if (option === "all") return cols;
  const wanted =
    option === "sqrt" ? Math.sqrt(cols) : option === "log2" ? Math.log2(cols) : option < 1 ? option * cols : option;
  return Math.min(cols, Math.max(1, Math.floor(wanted)));
}
