import { requireTargets } from "../core/defineRegressor.js";
import { countSamples, requirePairs, selectSamples } from "../core/features.js";
import type { Awaitable, Features, Regressor } from "../core/types.js";
import { requireParts, stratifiedFolds } from "./split.js";

/** Makes a fresh, unfitted regressor each time it is called. */
export type MakeRegressor = () => Awaitable<Regressor>;

/** How good predicted numbers are; higher is better. */
export type RegressorScorer = (y: ArrayLike<number>, predicted: ArrayLike<number>) => number;

/** Options of {@link crossValidateRegressor}. */
export interface RegressorCrossValidateOptions {
  /** Parts (default 5), at random. */
  cv?: number;
  /** Of the parts (default 0). */
  seed?: number;
  /** Samples of a group stay in one part. */
  groups?: readonly string[];
  /** Default: R². */
  scorer?: RegressorScorer;
  signal?: AbortSignal;
}

/** Scores of the parts, and each sample as the model saw it that never learned it. */
export interface RegressorCrossValidation {
  /** Score of each part. */
  scores: number[];
  mean: number;
  /** Of each sample, by the model that was not trained on it. */
  predictions: Float64Array;
}

/** Coefficient of determination R²: 1 is perfect, 0 as good as the mean of `y`, which must vary. As scikit-learn's `r2_score`. */
export const r2Scorer: RegressorScorer = (y, predicted) => {
  let mean = 0;
  for (let i = 0; i < y.length; i++) mean += y[i] / y.length;
  let missed = 0;
  let spread = 0;
  for (let i = 0; i < y.length; i++) {
    missed += (y[i] - predicted[i]) ** 2;
    spread += (y[i] - mean) ** 2;
  }
  return 1 - missed / spread;
};

/** Minus the mean squared error. */
export const meanSquaredErrorScorer: RegressorScorer = (y, predicted) => {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (y[i] - predicted[i]) ** 2;
  return -sum / y.length;
};

/** What {@link crossValidate} does for regressors. @throws RangeError for targets that are not finite, more parts than samples or groups */
export async function crossValidateRegressor(
  make: MakeRegressor,
  x: Features,
  y: ArrayLike<number>,
  { cv = 5, seed = 0, groups, scorer = r2Scorer, signal }: RegressorCrossValidateOptions,
): Promise<RegressorCrossValidation> {
  requirePairs("crossValidate", countSamples(x), y.length);
  const targets = requireTargets("crossValidate", y);
  requireParts("crossValidate", targets.length, cv);
  const predictions = new Float64Array(targets.length);
  const scores: number[] = [];
  for (const { train, test } of stratifiedFolds(new Int32Array(targets.length), 1, cv, seed, groups)) {
    signal?.throwIfAborted();
    const model = await make();
    await model.fit(
      selectSamples(x, train),
      Float64Array.from(train, (i) => targets[i]),
      { signal },
    );
    const predicted = await model.predict(selectSamples(x, test));
    model.dispose();
    for (const [t, i] of test.entries()) predictions[i] = predicted[t];
    scores.push(
      scorer(
        Float64Array.from(test, (i) => targets[i]),
        predicted,
      ),
    );
  }
  return { scores, mean: scores.reduce((a, b) => a + b, 0) / scores.length, predictions };
}
