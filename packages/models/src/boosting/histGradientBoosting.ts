import { requireCols, requireMatrix, requirePairs, selectSamples } from "../core/features.js";
import { classOfMax, encodeClasses, sampleWeights } from "../core/labels.js";
import { readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Classifier, FitOptions, Matrix, ModelKind, ModelState, StateValue } from "../core/types.js";
import { toProbabilities } from "../linear/linearScores.js";
import { stratifiedShare } from "../selection/split.js";
import { applyBins, type BinMapper, learnBins } from "./binMapper.js";
import { type BoostedTrees, boost } from "./boost.js";
import { addTreeScores, treesFromState, treesToState } from "./boostedTrees.js";
import { boostingReaders, type HistGradientBoostingOptions, plainBoostingOptions } from "./boostingOptions.js";
import { logLossOf } from "./losses.js";

/** Boosted trees on binned columns; NaN is a value like others. */
export interface HistGradientBoosting extends Classifier<Matrix> {
  fit(x: Matrix, y: readonly string[], options?: FitOptions): this;
  predictProba(x: Matrix): Matrix;
  predict(x: Matrix): string[];
  /** Scores before the sigmoid or softmax. */
  decisionFunction(x: Matrix): Matrix;
  /** Rounds of the last fit. */
  readonly iterations: number;
  getState(): ModelState;
}

interface Learned {
  classes: string[];
  mapper: BinMapper;
  boosted: BoostedTrees;
}

/**
 * Gradient boosting on histograms, for tables: log loss, leaf-wise trees, missing values and categories as they are.
 *
 * @throws RangeError for a bad option, one class, ±∞ in x, more than 255 categories; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `HistGradientBoostingClassifier` within 1e-6 in probabilities on the golden sets.
 * Source: Ke et al. 2017 (LightGBM).
 */
export function histGradientBoosting(options?: HistGradientBoostingOptions): HistGradientBoosting {
  return build(options);
}

function build(given?: HistGradientBoostingOptions, restored?: Learned): HistGradientBoosting {
  const kind = "histGradientBoosting";
  const options = readOptions(kind, given, boostingReaders);
  let learned = restored;
  const need = (fn: string): Learned => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  const scores = (fn: string, x: Matrix): Matrix => {
    const { mapper, boosted } = need(fn);
    requireCols(kind, mapper.cuts.length, requireMatrix(kind, x, { allowNaN: true }).cols);
    return { data: addTreeScores(boosted, mapper, x), rows: x.rows, cols: boosted.k };
  };
  return {
    kind,
    get classes() {
      return learned?.classes ?? [];
    },
    get iterations() {
      const { boosted } = need("iterations");
      return boosted.trees.length / boosted.k;
    },
    fit(x, y, { sampleWeight, signal, onEpoch, validation } = {}) {
      signal?.throwIfAborted();
      requirePairs(kind, requireMatrix(kind, x, { allowNaN: true }).rows, y.length);
      const { classes, codes } = encodeClasses(kind, y);
      const weights = sampleWeight ? sampleWeights(kind, x.rows, sampleWeight) : undefined;
      const { monotonicConstraints: constraints, categoricalFeatures, earlyStopping } = options;
      if (constraints.length > 0 && (constraints.length !== x.cols || classes.length > 2)) {
        throw new RangeError(
          `${kind}: monotonicConstraints must have a number for each of ${x.cols} columns, of two classes; got ${constraints.length} for ${classes.length} classes.`,
        );
      }
      const beyond = categoricalFeatures.find((j) => j >= x.cols);
      if (beyond !== undefined)
        throw new RangeError(`${kind}: categoricalFeatures names column ${beyond} of ${x.cols}.`);
      const stops = earlyStopping === "on" || (earlyStopping === "auto" && x.rows > 10_000);
      const parts: { train: Part; held?: Part } = stops
        ? holdOut(x, codes, classes, validation, options)
        : { train: { x, codes } };
      const { index } = parts.train;
      const chosen = index && weights ? Float64Array.from(index, (i) => weights[i]) : weights;
      const mapper = learnBins(parts.train.x, categoricalFeatures);
      const held = parts.held && {
        bins: applyBins(mapper, parts.held.x),
        rows: parts.held.x.rows,
        loss: logLossOf(parts.held.codes, classes.length, undefined),
      };
      const boosted = boost({
        bins: applyBins(mapper, parts.train.x),
        rows: parts.train.x.rows,
        cols: x.cols,
        loss: logLossOf(parts.train.codes, classes.length, chosen),
        mapper,
        held,
        options,
        wantsLoss: onEpoch !== undefined,
        afterRound(log) {
          signal?.throwIfAborted();
          onEpoch?.(log);
        },
      });
      learned = { classes, mapper, boosted };
      return this;
    },
    decisionFunction: (x) => scores("decisionFunction", x),
    predictProba(x) {
      const { data, rows, cols } = scores("predictProba", x);
      return toProbabilities(data as Float64Array, rows, cols);
    },
    predict(x) {
      return classOfMax(this.predictProba(x), need("predict").classes);
    },
    getState() {
      const { classes, mapper, boosted } = need("getState");
      return {
        kind,
        options: plainBoostingOptions(options),
        classes,
        cuts: mapper.cuts.map((cuts) => tensor(cuts)) as StateValue,
        categorical: mapper.categorical,
        ...treesToState(boosted),
      };
    },
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

interface Part {
  x: Matrix;
  codes: Int32Array;
  index?: Int32Array;
}

/** The validation part given, or a stratified share of the training samples. */
function holdOut(
  x: Matrix,
  codes: Int32Array,
  classes: readonly string[],
  validation: FitOptions["validation"],
  { validationFraction, seed }: { validationFraction: number; seed: number },
): { train: Part; held: Part } {
  if (validation) {
    const heldX = requireMatrix("histGradientBoosting", validation.x, { allowNaN: true });
    requireCols("histGradientBoosting", x.cols, heldX.cols);
    return {
      train: { x, codes },
      held: { x: heldX, codes: Int32Array.from(validation.y, (label) => classes.indexOf(label)) },
    };
  }
  const held = stratifiedShare(codes, classes.length, validationFraction, seed);
  const inHeld = new Set(held);
  const rest = Int32Array.from(codes.keys()).filter((i) => !inHeld.has(i));
  const part = (index: Int32Array): Part => ({ x: selectSamples(x, index), codes: index.map((i) => codes[i]), index });
  return { train: part(rest), held: part(held) };
}

export const histGradientBoostingKind: ModelKind = {
  create: (options) => build(options),
  restore(state) {
    const read = readState(state);
    const classes = read.texts("classes");
    const { cuts, categorical } = state as unknown as { cuts: { data: Float64Array }[]; categorical: boolean[] };
    const mapper = { cuts: cuts.map(({ data }) => data), categorical };
    return build(read.options(), { classes, mapper, boosted: treesFromState(state, classes.length, mapper) });
  },
};
