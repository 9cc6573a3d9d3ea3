import { requireCols, requireMatrix, requirePairs } from "../core/features.js";
import { classOfMax, classWeights, encodeClasses, sampleWeights } from "../core/labels.js";
import { aNumber, aSwitch, aWhole, either, maybe, oneOf, readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Awaitable, Classifier, FitOptions, Matrix, ModelKind, ModelState } from "../core/types.js";
import { aClassWeight, type ClassWeight } from "../linear/classWeight.js";
import { binColumns, mostBins } from "../tree/bins.js";
import type { GrownTrees, GrowSettings } from "../tree/growTree.js";
import { addLeafShares, type Trees, treesFromState, treesToState } from "../tree/trees.js";
import { columnsPerSplit, growForest, joinGrown } from "./growForest.js";

/** Options of {@link decisionTree}, and of the trees in forests. */
export interface TreeOptions {
  /** Levels below the root at most (default: grown until leaves are pure). */
  maxDepth?: number;
  /** A node with fewer samples is a leaf (default 2). */
  minSamplesSplit?: number;
  /** Samples on each side of a split at least (default 1). */
  minSamplesLeaf?: number;
  /** Columns looked at for each split: a number, a share below 1, "sqrt", "log2" or "all". */
  maxFeatures?: number | "sqrt" | "log2" | "all";
  /** Values of a column are told apart up to this many (a tree: 65,535; forests: 255, of about equal size). */
  maxBins?: number;
  classWeight?: ClassWeight;
  /** Default 0. */
  seed?: number;
}

/** Options of {@link randomForest} and {@link extraTrees}. */
export interface ForestOptions extends TreeOptions {
  /** Trees (default 100). */
  nEstimators?: number;
  /** Each tree sees samples drawn with replacement (default true; extra trees: false). */
  bootstrap?: boolean;
}

/** A classifier made of decision trees. */
export interface Forest extends Classifier<Matrix> {
  fit(x: Matrix, y: readonly string[], options?: FitOptions & { threads?: 1 }): this;
  /** With more than one thread workers grow the trees; the trees are the same for any number of them. */
  fit(x: Matrix, y: readonly string[], options: FitOptions): Awaitable<this>;
  predictProba(x: Matrix): Matrix;
  predict(x: Matrix): string[];
  /** Share of each column in the fall of impurity, summing to 1. */
  readonly featureImportances: Float64Array;
  readonly trees: Trees;
  getState(): ModelState;
}

interface Learned {
  classes: string[];
  trees: Trees;
  importances: Float64Array;
}

export interface ForestDefaults {
  kind: string;
  trees: number;
  maxFeatures: "sqrt" | "all";
  maxBins: number;
  randomSplits: boolean;
  bootstrap: boolean;
}

/** Trees, forests and extra trees: they differ in defaults and in how a split is chosen. */
export function buildForest(defaults: ForestDefaults, given: object | undefined, restored?: Learned): Forest {
  const { kind } = defaults;
  const single = defaults.trees === 1;
  const treeReaders = {
    maxDepth: maybe(aWhole(1, { min: 1 })),
    minSamplesSplit: aWhole(2, { min: 2 }),
    minSamplesLeaf: aWhole(1, { min: 1 }),
    maxFeatures: either(oneOf(["sqrt", "log2", "all"], defaults.maxFeatures), aNumber(1, { above: 0 })),
    maxBins: aWhole(defaults.maxBins, { min: 2, max: mostBins }),
    classWeight: aClassWeight,
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
    get classes() {
      return learned?.classes ?? [];
    },
    get featureImportances() {
      return need("featureImportances").importances;
    },
    get trees() {
      return need("trees").trees;
    },
    fit: function (this: Forest, x: Matrix, y: readonly string[], fit: FitOptions = {}) {
      fit.signal?.throwIfAborted();
      requirePairs(kind, requireMatrix(kind, x).rows, y.length);
      const labels = encodeClasses(kind, y);
      const { classes, codes } = labels;
      const weights = sampleWeights(
        kind,
        x.rows,
        fit.sampleWeight,
        codes,
        classWeights(kind, options.classWeight, labels),
      );
      const settings: GrowSettings = {
        k: classes.length,
        maxDepth: options.maxDepth ?? Infinity,
        minSamplesSplit: options.minSamplesSplit,
        minSamplesLeaf: options.minSamplesLeaf,
        maxFeatures: columnsPerSplit(options.maxFeatures, x.cols),
        randomSplits: defaults.randomSplits,
        bootstrap: options.bootstrap,
        seed: options.seed,
      };
      const data = { columns: binColumns(x, options.maxBins), codes, weights, settings };
      const finish = (parts: readonly GrownTrees[]): Forest => {
        learned = { classes, ...joinGrown(parts, x.cols) };
        return this;
      };
      const grown = growForest(data, options.nEstimators, fit);
      return Array.isArray(grown) ? finish(grown) : (grown as Promise<GrownTrees[]>).then(finish);
    } as Forest["fit"],
    predictProba(x) {
      const { classes, trees, importances } = need("predictProba");
      requireCols(kind, importances.length, requireMatrix(kind, x).cols);
      const data = new Float64Array(x.rows * classes.length);
      addLeafShares(trees, x, data);
      const count = trees.roots.length - 1;
      for (let i = 0; i < data.length; i++) data[i] /= count;
      return { data, rows: x.rows, cols: classes.length };
    },
    predict(x) {
      return classOfMax(this.predictProba(x), need("predict").classes);
    },
    getState() {
      const { classes, trees, importances } = need("getState");
      const { maxDepth, classWeight, nEstimators, bootstrap, ...rest } = options;
      return {
        kind,
        options: {
          ...rest,
          ...(maxDepth && { maxDepth }),
          ...(classWeight && { classWeight }),
          ...(!single && { nEstimators, bootstrap }),
        },
        classes,
        ...treesToState(trees),
        importances: tensor(importances),
      };
    },
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

/** The registry's entry of a kind of forest. */
export function forestKind(defaults: ForestDefaults): ModelKind {
  return {
    create: (options) => buildForest(defaults, options),
    restore(state) {
      const read = readState(state);
      const classes = read.texts("classes");
      const importances = read.float64("importances", [-1]);
      const trees = treesFromState(state, classes.length, importances.length);
      return buildForest(defaults, read.options(), { classes, trees, importances });
    },
  };
}
