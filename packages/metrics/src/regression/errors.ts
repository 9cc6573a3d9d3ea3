import { checkedWeights, requireFinite, requireItems, requireSameLength } from "../check.js";

/**
 * Options of {@link meanAbsoluteError}, {@link meanSquaredError}, {@link rootMeanSquaredError}, {@link
 * meanAbsolutePercentageError}, {@link medianAbsoluteError}, {@link r2Score} and {@link explainedVariance}.
 */
export interface RegressionOptions {
  /** One weight an item, finite and ≥ 0. */
  sampleWeight?: ArrayLike<number>;
}

type Numbers = ArrayLike<number>;

/**
 * Mean absolute error, in the unit of y.
 *
 * @param yTrue true values; length n ≥ 1
 * @param yPred predicted values; length n
 * @throws RangeError if lengths differ, there are no items, or a value is not finite
 * Equals scikit-learn 1.9 `metrics.mean_absolute_error` within 1e-15.
 */
export function meanAbsoluteError(yTrue: Numbers, yPred: Numbers, options: RegressionOptions = {}): number {
  return meanOf("meanAbsoluteError", yTrue, yPred, options, (t, p) => Math.abs(t - p));
}

/** Mean squared error, in the squared unit of y. Arguments, errors and agreement as {@link meanAbsoluteError}. */
export function meanSquaredError(yTrue: Numbers, yPred: Numbers, options: RegressionOptions = {}): number {
  return meanOf("meanSquaredError", yTrue, yPred, options, (t, p) => (t - p) ** 2);
}

/** Root of the mean squared error, in the unit of y. Arguments, errors and agreement as {@link meanAbsoluteError}. */
export function rootMeanSquaredError(yTrue: Numbers, yPred: Numbers, options: RegressionOptions = {}): number {
  return Math.sqrt(meanOf("rootMeanSquaredError", yTrue, yPred, options, (t, p) => (t - p) ** 2));
}

/**
 * Mean absolute error over the size of the true value, as a share (0.1 is 10 %). True values of 0 count as 2⁻⁵², as in
 * scikit-learn, so that any error there is huge. Arguments, errors and agreement as {@link meanAbsoluteError}.
 */
export function meanAbsolutePercentageError(yTrue: Numbers, yPred: Numbers, options: RegressionOptions = {}): number {
  const share = (t: number, p: number) => Math.abs(t - p) / Math.max(Math.abs(t), Number.EPSILON);
  return meanOf("meanAbsolutePercentageError", yTrue, yPred, options, share);
}

/** Largest absolute error, in the unit of y. Arguments and errors as {@link meanAbsoluteError}. */
export function maxError(yTrue: Numbers, yPred: Numbers): number {
  checkValues("maxError", yTrue, yPred, {});
  let most = 0;
  for (let i = 0; i < yTrue.length; i++) most = Math.max(most, Math.abs(yTrue[i] - yPred[i]));
  return most;
}

/**
 * Median absolute error, in the unit of y: what outliers cannot move. With weights the mean of the lower and the upper
 * weighted median, as scikit-learn. Arguments, errors and agreement as {@link meanAbsoluteError}.
 */
export function medianAbsoluteError(yTrue: Numbers, yPred: Numbers, options: RegressionOptions = {}): number {
  checkValues("medianAbsoluteError", yTrue, yPred, options);
  const { sampleWeight } = options;
  const errors = Float64Array.from({ length: yTrue.length }, (_, i) => Math.abs(yTrue[i] - yPred[i]));
  if (!sampleWeight) {
    errors.sort();
    return (errors[(errors.length - 1) >> 1] + errors[errors.length >> 1]) / 2;
  }
  const order = Array.from(errors.keys()).filter((i) => sampleWeight[i] > 0);
  order.sort((a, b) => errors[a] - errors[b]);
  const half = order.reduce((sum, i) => sum + sampleWeight[i], 0) / 2;
  const median = (list: number[]): number => {
    let sum = 0;
    for (const i of list) {
      sum += sampleWeight[i];
      if (sum >= half) return errors[i];
    }
    return errors[list[list.length - 1]];
  };
  return (median(order) + median([...order].reverse())) / 2;
}

/**
 * Coefficient of determination R²: 1 less the squared error over the variance of the true values.
 *
 * @returns at most 1; 0 is what their mean reaches; for constant true values 1 if all are hit and 0 if not
 * Arguments, errors and agreement as {@link meanAbsoluteError}; `metrics.r2_score`.
 */
export function r2Score(yTrue: Numbers, yPred: Numbers, options: RegressionOptions = {}): number {
  const error = meanOf("r2Score", yTrue, yPred, options, (t, p) => (t - p) ** 2);
  const mean = meanOf("r2Score", yTrue, yPred, options, (t) => t);
  return explained(
    error,
    meanOf("r2Score", yTrue, yPred, options, (t) => (t - mean) ** 2),
  );
}

/**
 * Share of the variance of the true values that is not left in the errors: R² that forgives a constant offset.
 * Arguments, errors and agreement as {@link meanAbsoluteError}; `metrics.explained_variance_score`.
 */
export function explainedVariance(yTrue: Numbers, yPred: Numbers, options: RegressionOptions = {}): number {
  const mean = (value: (t: number, p: number) => number) => meanOf("explainedVariance", yTrue, yPred, options, value);
  const offset = mean((t, p) => t - p);
  const centre = mean((t) => t);
  return explained(
    mean((t, p) => (t - p - offset) ** 2),
    mean((t) => (t - centre) ** 2),
  );
}

/**
 * Pearson's correlation of two columns.
 *
 * @returns in [−1, 1]; NaN where a column is constant
 * Arguments and errors as {@link meanAbsoluteError}. Equals NumPy's `corrcoef` within 1e-15.
 */
export function pearsonCorrelation(yTrue: Numbers, yPred: Numbers): number {
  const mean = (value: (t: number, p: number) => number) => meanOf("pearsonCorrelation", yTrue, yPred, {}, value);
  const [t0, p0] = [mean((t) => t), mean((_, p) => p)];
  const covariance = mean((t, p) => (t - t0) * (p - p0));
  return covariance / Math.sqrt(mean((t) => (t - t0) ** 2) * mean((_, p) => (p - p0) ** 2));
}

const explained = (left: number, variance: number): number =>
  variance === 0 ? (left === 0 ? 1 : 0) : 1 - left / variance;

function checkValues(fn: string, yTrue: Numbers, yPred: Numbers, { sampleWeight }: RegressionOptions): void {
  requireSameLength(fn, "yTrue", yTrue.length, "yPred", yPred.length);
  requireItems(fn, "yTrue", yTrue.length);
  requireFinite(fn, "yTrue", yTrue);
  requireFinite(fn, "yPred", yPred);
  checkedWeights(fn, sampleWeight, yTrue.length);
}

function meanOf(
  fn: string,
  yTrue: Numbers,
  yPred: Numbers,
  options: RegressionOptions,
  value: (t: number, p: number) => number,
): number {
  checkValues(fn, yTrue, yPred, options);
  const { sampleWeight } = options;
  let sum = 0;
  let all = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const w = sampleWeight ? sampleWeight[i] : 1;
    sum += w * value(yTrue[i], yPred[i]);
    all += w;
  }
  return sum / all;
}
