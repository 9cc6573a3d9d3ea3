import { createRandom, type Rng } from "../core/random.js";
import type { BinnedColumns } from "./bins.js";
import { createRegressionSplitter } from "./regressionSplitter.js";
import { createSplitter, type Split } from "./splitter.js";
import type { Trees } from "./trees.js";

export interface GrowSettings {
  /** Classes; 1 for regression. */
  k: number;
  /** What regression trees are to give for each sample. */
  targets?: Float64Array;
  /** Levels below the root at most. */
  maxDepth: number;
  /** A node with fewer samples is a leaf. */
  minSamplesSplit: number;
  /** Samples that each side of a split keeps at least. */
  minSamplesLeaf: number;
  /** Columns looked at for each split, those without any split not counted. */
  maxFeatures: number;
  /** Splits at a random value of each column instead of the best one (extremely randomised trees). */
  randomSplits: boolean;
  /** Draws as many samples as there are, with replacement, for each tree. */
  bootstrap: boolean;
  seed: number;
}

export interface GrownTrees {
  trees: Trees;
  /** Gain of all splits on each column, weighted. */
  importances: Float64Array;
}

/**
 * Grows trees number `from` to `to` of a forest, each from its own random numbers: how the work is divided does not change them.
 *
 * @param codes class of each sample
 * @param weights of each sample, before bootstrapping
 */
export function growTrees(
  columns: BinnedColumns,
  codes: Int32Array,
  weights: Float64Array,
  settings: GrowSettings,
  from: number,
  to: number,
): GrownTrees {
  const grower = createGrower(columns, codes, settings);
  for (let tree = from; tree < to; tree++) grower.grow(weights, createRandom(settings.seed, tree));
  return grower.finish();
}

function createGrower(columns: BinnedColumns, classes: Int32Array, settings: GrowSettings) {
  const { rows, codes } = columns;
  const { k, targets } = settings;
  const weight = new Float64Array(rows);
  const samples = new Int32Array(rows);
  const aside = new Int32Array(rows);
  const splitter = targets
    ? createRegressionSplitter(columns, targets, weight, samples, settings)
    : createSplitter(columns, classes, weight, samples, settings);
  const importances = new Float64Array(columns.cols);
  // Weight of each class, or of all samples and of their targets.
  const totals = new Float64Array(targets ? 2 : k);
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const values: number[] = [];
  const roots = [0];

  const draw = (given: Float64Array, rng: Rng): number => {
    weight.fill(0);
    if (settings.bootstrap) for (let i = 0; i < rows; i++) weight[rng.below(rows)]++;
    else weight.fill(1);
    let n = 0;
    for (let i = 0; i < rows; i++) {
      weight[i] *= given[i];
      if (weight[i] > 0) samples[n++] = i;
    }
    return n;
  };

  /** Fills the totals of a node; true where its samples are all alike. */
  const sumUp = (start: number, end: number): boolean => {
    totals.fill(0);
    if (!targets) {
      for (let s = start; s < end; s++) totals[classes[samples[s]]] += weight[samples[s]];
      return isPure(totals);
    }
    const first = targets[samples[start]];
    let alike = true;
    for (let s = start; s < end; s++) {
      const sample = samples[s];
      totals[0] += weight[sample];
      totals[1] += weight[sample] * targets[sample];
      if (targets[sample] !== first) alike = false;
    }
    return alike;
  };

  /** Moves the samples of [start, end) that go left to the front, keeping order; returns where the others begin. */
  const partition = (start: number, end: number, { column, code }: Split): number => {
    const base = column * rows;
    let at = start;
    let away = 0;
    // Both places are written and one of the two counts on: a branch that cannot be foreseen costs more.
    for (let s = start; s < end; s++) {
      const sample = samples[s];
      const goesLeft = codes[base + sample] <= code ? 1 : 0;
      samples[at] = sample;
      aside[away] = sample;
      at += goesLeft;
      away += 1 - goesLeft;
    }
    samples.set(aside.subarray(0, away), at);
    return at;
  };

  return {
    grow(given: Float64Array, rng: Rng): void {
      const root = feature.length;
      const stack = [{ node: root, start: 0, end: draw(given, rng), depth: 0 }];
      const addNode = (): number => {
        feature.push(-1);
        threshold.push(0);
        return left.push(0) - 1;
      };
      addNode();
      for (let job = stack.pop(); job; job = stack.pop()) {
        const { node, start, end, depth } = job;
        const pure = sumUp(start, end);
        const n = end - start;
        const mayGrow = depth < settings.maxDepth && n >= settings.minSamplesSplit && n >= 2 * settings.minSamplesLeaf;
        const split = mayGrow && !pure ? splitter.best(start, end, totals, rng) : undefined;
        if (!split) {
          left[node] = values.length / k;
          if (targets) values.push(totals[1] / totals[0]);
          else {
            const sum = totals.reduce((a, b) => a + b, 0);
            for (let c = 0; c < k; c++) values.push(totals[c] / sum);
          }
          continue;
        }
        importances[split.column] += split.gain;
        const middle = partition(start, end, split);
        feature[node] = split.column;
        threshold[node] = split.threshold;
        const child = addNode();
        addNode();
        left[node] = child - root;
        stack.push({ node: child + 1, start: middle, end, depth: depth + 1 });
        stack.push({ node: child, start, end: middle, depth: depth + 1 });
      }
      roots.push(feature.length);
    },
    finish: (): GrownTrees => ({
      importances,
      trees: {
        k,
        feature: Int32Array.from(feature),
        threshold: Float64Array.from(threshold),
        left: Int32Array.from(left),
        values: Float64Array.from(values),
        roots: Int32Array.from(roots),
      },
    }),
  };
}

function isPure(totals: Float64Array): boolean {
  let present = 0;
  for (const total of totals) if (total > 0) present++;
  return present < 2;
}
