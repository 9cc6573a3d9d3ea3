import { requireTargets } from "../core/defineRegressor.js";
import { requireCols, requireMatrix, requirePairs } from "../core/features.js";
import { sampleWeights } from "../core/labels.js";
import { aNumber, aSwitch, aWhole, either, maybe, oneOf, readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Awaitable, FitOptions, Matrix, ModelKind, ModelState, Regressor } from "../core/types.js";
import { binColumns, mostBins } from "../tree/bins.js";
import type { GrownTrees, GrowSettings } from "../tree/growTree.js";
import { addLeafShares, type Trees, treesFromState, treesToState } from "../tree/trees.js";
import type { ForestDefaults, ForestOptions, TreeOptions } from "./forest.js";
import { columnsPerSplit, growForest, joinGrown } from "./growForest.js";

/** Options of {@link decisionTreeRegressor}. */
export type TreeRegressorOptions = Omit<TreeOptions, "classWeight">;
/** Options of {@link randomForestRegressor} and {@link extraTreesRegressor}. */
export type ForestRegressorOptions = Omit<ForestOptions, "classWeight">;

/** A regressor made of decision trees: the mean of their leaves. */
export interface ForestRegressor extends Regressor<Matrix> {
  fit(x: Matrix, y: ArrayLike<number>, options?: FitOptions & { threads?: 1 }): this;
  /** With more than one thread workers grow the trees; the trees are the same for any number of them. */
  fit(x: Matrix, y: ArrayLike<number>, options: FitOptions): Awaitable<this>;
  predict(x: Matrix): Float64Array;
  /** Share of each column in the fall of the squared error, summing to 1. */
  readonly featureImportances: Float64Array;
  readonly trees: Trees;
  getState(): ModelState;
}

interface Learned {
  trees: Trees;
  importances: Float64Array;
}

function build(defaults: ForestDefaults, given: object | undefined, restored?: Learned): ForestRegressor {
  const { kind } = defaults;
  const single = defaults.trees === 1;
  const treeReaders = {
    maxDepth: maybe(aWhole(1, { min: 1 })),
    minSamplesSplit: aWhole(2, { min: 2 }),
    minSamplesLeaf: aWhole(1, { min: 1 }),
    maxFeatures: either(oneOf(["sqrt", "log2", "all"], defaults.maxFeatures), aNumber(1, { above: 0 })),
    maxBins: aWhole(defaults.maxBins, { min: 2, max: mostBins }),
    seed: aWhole(0),
  };
  const forestReaders = { nEstimators: aWhole(defaults.trees, { min: 1 }), bootstrap: aSwitch(defaults.bootstrap) };
  const options = single
    ? { ...readOptions(kind, given, treeReaders), nEstimators: 1, bootstrap: false }
    : readOptions(kind, given, { ...treeReaders, ...forestReaders });
  let learned = restored;
  const need = (fn: string): Learned => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  return {
    kind,
    get featureImportances() {
      return need("featureImportances").importances;
    },
    get trees() {
      return need("trees").trees;
    },
    fit: function (this: ForestRegressor, x: Matrix, y: ArrayLike<number>, fit: FitOptions = {}) {
      fit.signal?.throwIfAborted();
      requirePairs(kind, requireMatrix(kind, x).rows, y.length);
      const targets = requireTargets(kind, y);
      const weights = sampleWeights(kind, x.rows, fit.sampleWeight);
      // Sums of squares keep their digits around the mean.
      const mean = targets.reduce((sum, v) => sum + v / targets.length, 0);
      const settings: GrowSettings = {
        k: 1,
        targets: targets.map((v) => v - mean),
        maxDepth: options.maxDepth ?? Infinity,
        minSamplesSplit: options.minSamplesSplit,
        minSamplesLeaf: options.minSamplesLeaf,
        maxFeatures: columnsPerSplit(options.maxFeatures, x.cols),
        randomSplits: defaults.randomSplits,
        bootstrap: options.bootstrap,
        seed: options.seed,
      };
      const data = { columns: binColumns(x, options.maxBins), codes: new Int32Array(x.rows), weights, settings };
      const finish = (parts: readonly GrownTrees[]): ForestRegressor => {
        const { trees, importances } = joinGrown(parts, x.cols);
        for (let i = 0; i < trees.values.length; i++) trees.values[i] += mean;
        learned = { trees, importances };
        return this;
      };
      const grown = growForest(data, options.nEstimators, fit);
      return Array.isArray(grown) ? finish(grown) : (grown as Promise<GrownTrees[]>).then(finish);
    } as ForestRegressor["fit"],
    predict(x) {
      const { trees, importances } = need("predict");
      requireCols(kind, importances.length, requireMatrix(kind, x).cols);
      const out = new Float64Array(x.rows);
      addLeafShares(trees, x, out);
      const count = trees.roots.length - 1;
      for (let i = 0; i < out.length; i++) out[i] /= count;
      return out;
    },
    getState() {
      const { trees, importances } = need("getState");
      const { maxDepth, nEstimators, bootstrap, ...rest } = options;
      const own = { ...rest, ...(maxDepth && { maxDepth }), ...(!single && { nEstimators, bootstrap }) };
      return { kind, options: own, ...treesToState(trees), importances: tensor(importances) };
    },
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

const kindOf = (defaults: ForestDefaults): ModelKind => ({
  create: (options) => build(defaults, options),
  restore(state) {
    const read = readState(state);
    const importances = read.float64("importances", [-1]);
    return build(defaults, read.options(), { trees: treesFromState(state, 1, importances.length), importances });
  },
});

const treeDefaults: ForestDefaults = {
  kind: "decisionTreeRegressor",
  trees: 1,
  maxFeatures: "all",
  maxBins: mostBins,
  randomSplits: false,
  bootstrap: false,
};
const forestDefaults: ForestDefaults = {
  kind: "randomForestRegressor",
  trees: 100,
  maxFeatures: "all",
  maxBins: 255,
  randomSplits: false,
  bootstrap: true,
};
const extraDefaults: ForestDefaults = {
  ...forestDefaults,
  kind: "extraTreesRegressor",
  randomSplits: true,
  bootstrap: false,
};

/**
 * Decision tree by the squared error (CART).
 *
 * @throws RangeError for a bad option, features or targets that are not finite; Error for predicting before fit
 * Grows scikit-learn's `DecisionTreeRegressor` where no two splits tie (golden tests).
 */
export function decisionTreeRegressor(options?: TreeRegressorOptions): ForestRegressor {
  return build(treeDefaults, options);
}

/** Random forest for numbers; columns with more than `maxBins` (255) distinct values are cut into as many parts of equal size. */
export function randomForestRegressor(options?: ForestRegressorOptions): ForestRegressor {
  return build(forestDefaults, options);
}

/** Extremely randomised trees for numbers: splits at random values, on all samples. */
export function extraTreesRegressor(options?: ForestRegressorOptions): ForestRegressor {
  return build(extraDefaults, options);
}

export const decisionTreeRegressorKind = kindOf(treeDefaults);
export const randomForestRegressorKind = kindOf(forestDefaults);
export const extraTreesRegressorKind = kindOf(extraDefaults);
