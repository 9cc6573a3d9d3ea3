import { countSamples, requirePairs } from "../core/features.js";
import { classOfMax, encodeClasses, sampleWeights } from "../core/labels.js";
import { aNumber, aWhole, readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Classifier, Features, FitOptions, Matrix, ModelKind, ModelState } from "../core/types.js";
import { toProbabilities } from "../linear/linearScores.js";
import { decisionTree } from "../tree/decisionTree.js";
import { asClassifier, cannotRefit, type MakeClassifier, makerOf } from "./makers.js";

/** Options of {@link adaBoost}. */
export interface AdaBoostOptions {
  /** What is boosted; it must heed sample weights (default: decision trees of one split). */
  estimator?: MakeClassifier;
  /** Rounds at most (default 50). */
  nEstimators?: number;
  /** Weight of each round's vote (default 1). */
  learningRate?: number;
}

/** Weak classifiers in a row, each looking harder at what the earlier ones got wrong. */
export interface AdaBoost extends Classifier {
  fit(x: Features, y: readonly string[], options?: FitOptions): Promise<this>;
  predictProba(x: Features): Promise<Matrix>;
  predict(x: Features): Promise<string[]>;
  /** Weight of each round's vote. */
  readonly estimatorWeights: Float64Array;
  getState(): Promise<ModelState>;
}

interface Fitted {
  classes: readonly string[];
  estimators: Classifier[];
  weights: Float64Array;
}

/**
 * AdaBoost for any number of classes (SAMME).
 *
 * @throws RangeError for one class, a first classifier that is no better than guessing; Error for predicting before fit
 * Agrees with scikit-learn 1.9 `AdaBoostClassifier` within 1e-9 where no splits tie (golden tests). Source: Zhu et al. 2009.
 */
export function adaBoost({ estimator = () => decisionTree({ maxDepth: 1 }), ...rest }: AdaBoostOptions = {}): AdaBoost {
  return build(estimator, rest);
}

function build(make: MakeClassifier, given: object, restored?: Fitted): AdaBoost {
  const kind = "adaBoost";
  const options = readOptions(kind, given, {
    nEstimators: aWhole(50, { min: 1 }),
    learningRate: aNumber(1, { above: 0 }),
  });
  let fitted = restored;
  const need = (fn: string): Fitted => {
    if (!fitted) throw notFitted(kind, fn);
    return fitted;
  };
  return {
    kind,
    get classes() {
      return fitted?.classes ?? [];
    },
    get estimatorWeights() {
      return need("estimatorWeights").weights;
    },
    async fit(x, y, { signal, sampleWeight, onEpoch, threads } = {}) {
      const n = countSamples(x);
      requirePairs(kind, n, y.length);
      const { classes } = encodeClasses(kind, y);
      let share = normalised(sampleWeights(kind, n, sampleWeight));
      const estimators: Classifier[] = [];
      const votes: number[] = [];
      for (let round = 1; round <= options.nEstimators; round++) {
        signal?.throwIfAborted();
        const model = await make();
        await model.fit(x, y, { signal, threads, sampleWeight: share });
        const predicted = await model.predict(x);
        const error = share.reduce((sum, w, i) => sum + (predicted[i] === y[i] ? 0 : w), 0);
        if (error >= 1 - 1 / classes.length) {
          model.dispose();
          if (estimators.length > 0) break;
          throw new RangeError(
            `${kind}: the first ${model.kind} is wrong on ${(100 * error).toFixed(0)} % of the samples, no better than guessing.`,
          );
        }
        estimators.push(model);
        const vote =
          error <= 0 ? 1 : options.learningRate * (Math.log((1 - error) / error) + Math.log(classes.length - 1));
        votes.push(vote);
        await onEpoch?.({ epoch: round, epochs: options.nEstimators, error });
        if (error <= 0) break;
        share = normalised(share.map((w, i) => (predicted[i] === y[i] ? w : w * Math.exp(vote))));
      }
      fitted = { classes, estimators, weights: Float64Array.from(votes) };
      return this;
    },
    async predictProba(x) {
      const { classes, estimators, weights } = need("predictProba");
      const k = classes.length;
      const total = weights.reduce((a, b) => a + b, 0);
      const index = new Map(classes.map((label, c) => [label, c]));
      const scores = new Float64Array(countSamples(x) * k);
      for (const [m, model] of estimators.entries()) {
        const predicted = await model.predict(x);
        for (let i = 0; i < predicted.length; i++) {
          const own = index.get(predicted[i]);
          for (let c = 0; c < k; c++) scores[i * k + c] += (weights[m] / total) * (c === own ? 1 : -1 / (k - 1));
        }
      }
      return toProbabilities(
        scores.map((s) => s / (k - 1)),
        scores.length / k,
        k,
      );
    },
    async predict(x) {
      return classOfMax(await this.predictProba(x), need("predict").classes);
    },
    async getState() {
      const { classes, estimators, weights } = need("getState");
      const states: ModelState[] = [];
      for (const model of estimators) states.push(await model.getState());
      return { kind, options, classes, weights: tensor(weights), estimators: states };
    },
    toJSON() {
      const { classes, estimators, weights } = need("toJSON");
      const head = stateToJson({ kind, options, classes, weights: tensor(weights) }) as object;
      return { ...head, estimators: estimators.map((model) => model.toJSON()) };
    },
    dispose() {
      for (const model of fitted?.estimators ?? []) model.dispose();
    },
  };
}

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}

export const adaBoostKind: ModelKind = {
  async create({ estimator = { kind: "decisionTree", maxDepth: 1 }, ...rest }, factory) {
    return build(await makerOf("adaBoost", estimator, factory), rest);
  },
  async restore(state, factory) {
    const read = readState(state);
    const estimators: Classifier[] = [];
    for (const own of read.states("estimators")) estimators.push(asClassifier("adaBoost", await factory.restore(own)));
    const weights = read.float64("weights", [estimators.length]);
    return build(cannotRefit("adaBoost"), read.options(), { classes: read.texts("classes"), estimators, weights });
  },
};
