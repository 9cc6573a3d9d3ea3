import { requireTargets } from "../core/defineRegressor.js";
import { requireCols, requireMatrix, requirePairs, selectSamples } from "../core/features.js";
import { sampleWeights } from "../core/labels.js";
import { readOptions } from "../core/options.js";
import { createRandom, permutation } from "../core/random.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { FitOptions, Matrix, ModelKind, ModelState, Regressor, StateValue } from "../core/types.js";
import { applyBins, type BinMapper, learnBins } from "./binMapper.js";
import { type BoostedTrees, boost } from "./boost.js";
import { addTreeScores, treesFromState, treesToState } from "./boostedTrees.js";
import { boostingReaders, type HistGradientBoostingOptions, plainBoostingOptions } from "./boostingOptions.js";
import { squaredErrorOf } from "./losses.js";

/** Boosted trees on binned columns for numbers; NaN is a value like others. */
export interface HistGradientBoostingRegressor extends Regressor<Matrix> {
  fit(x: Matrix, y: ArrayLike<number>, options?: FitOptions): this;
  predict(x: Matrix): Float64Array;
  /** Rounds of the last fit. */
  readonly iterations: number;
  getState(): ModelState;
}

interface Learned {
  mapper: BinMapper;
  boosted: BoostedTrees;
}

/**
 * Gradient boosting on histograms by the squared error: leaf-wise trees, missing values and categories as they are.
 *
 * @throws RangeError for a bad option, ±∞ in x, targets that are not finite, more than 255 categories; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `HistGradientBoostingRegressor` within 1e-6 of the targets' spread on the golden sets.
 * Source: Ke et al. 2017 (LightGBM).
 */
export function histGradientBoostingRegressor(options?: HistGradientBoostingOptions): HistGradientBoostingRegressor {
  return build(options);
}

function build(given?: HistGradientBoostingOptions, restored?: Learned): HistGradientBoostingRegressor {
  const kind = "histGradientBoostingRegressor";
  const options = readOptions(kind, given, boostingReaders);
  let learned = restored;
  const need = (fn: string): Learned => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  return {
    kind,
    get iterations() {
      return need("iterations").boosted.trees.length;
    },
    fit(x, y, { sampleWeight, signal, onEpoch } = {}) {
      signal?.throwIfAborted();
      requirePairs(kind, requireMatrix(kind, x, { allowNaN: true }).rows, y.length);
      const targets = requireTargets(kind, y);
      const weights = sampleWeight && sampleWeights(kind, x.rows, sampleWeight);
      const { monotonicConstraints: constraints, categoricalFeatures, earlyStopping } = options;
      if (constraints.length > 0 && constraints.length !== x.cols) {
        throw new RangeError(
          `${kind}: monotonicConstraints must have a number for each of ${x.cols} columns, got ${constraints.length}.`,
        );
      }
      const beyond = categoricalFeatures.find((j) => j >= x.cols);
      if (beyond !== undefined)
        throw new RangeError(`${kind}: categoricalFeatures names column ${beyond} of ${x.cols}.`);
      const stops = earlyStopping === "on" || (earlyStopping === "auto" && x.rows > 10_000);
      const order = permutation(x.rows, createRandom(options.seed));
      const cut = stops ? Math.max(1, Math.round(options.validationFraction * x.rows)) : 0;
      const part = (index: Int32Array) => ({
        x: selectSamples(x, index),
        loss: squaredErrorOf(
          Float64Array.from(index, (i) => targets[i]),
          weights && Float64Array.from(index, (i) => weights[i]),
        ),
      });
      const train = stops ? part(order.slice(cut).sort()) : { x, loss: squaredErrorOf(targets, weights) };
      const held = stops ? part(order.slice(0, cut).sort()) : undefined;
      const mapper = learnBins(train.x, categoricalFeatures);
      const boosted = boost({
        bins: applyBins(mapper, train.x),
        rows: train.x.rows,
        cols: x.cols,
        loss: train.loss,
        mapper,
        held: held && { bins: applyBins(mapper, held.x), rows: held.x.rows, loss: held.loss },
        options,
        wantsLoss: onEpoch !== undefined,
        afterRound(log) {
          signal?.throwIfAborted();
          onEpoch?.(log);
        },
      });
      learned = { mapper, boosted };
      return this;
    },
    predict(x) {
      const { mapper, boosted } = need("predict");
      requireCols(kind, mapper.cuts.length, requireMatrix(kind, x, { allowNaN: true }).cols);
      return addTreeScores(boosted, mapper, x);
    },
    getState() {
      const { mapper, boosted } = need("getState");
      return {
        kind,
        options: plainBoostingOptions(options),
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

export const histGradientBoostingRegressorKind: ModelKind = {
  create: (options) => build(options),
  restore(state) {
    const { cuts, categorical } = state as unknown as { cuts: { data: Float64Array }[]; categorical: boolean[] };
    const mapper = { cuts: cuts.map(({ data }) => data), categorical };
    return build(readState(state).options(), { mapper, boosted: treesFromState(state, 2, mapper) });
  },
};
