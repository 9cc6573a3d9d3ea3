import { requireMatrix } from "../check.js";
import { probabilityRows } from "../classification/logLoss.js";
import type { Label, MatrixLike } from "../types.js";

/** How sure a classifier may be; plain JSON, for a model folder. */
export interface TemperatureCalibration {
  kind: "temperature";
  /** Log-probabilities are divided by it: above 1 the classifier was too sure, below 1 not sure enough. */
  temperature: number;
}

/** Options of {@link fitTemperature}. */
export interface TemperatureOptions {
  /** Class of each column; default: the classes in `yTrue`, rising. */
  labels?: ArrayLike<Label>;
  /** Draws the truth in a little, as if one more item had been wrong, so that a faultless few do not count as certainty (default true). */
  smooth?: boolean;
}

/** Temperatures stay between 1 / 100 and 100. */
const mostSharp = 100;
const tiny = 1e-12;

/**
 * Temperature scaling: one number by which all log-probabilities are divided, the order of the classes unchanged. It is the
 * one with the least log loss, found by Newton's method between halvings (the loss is convex).
 *
 * @param yTrue true classes of items that the model has not seen; length n ≥ 1
 * @param proba n × classes, each in [0, 1]
 * @throws RangeError if sizes differ, a class is missing from the columns, or a probability is outside [0, 1]
 * Source: Guo et al. 2017, "On calibration of modern neural networks". Within 1e-12 of the minimum
 * (smooth: false), from which scikit-learn 1.9 `_TemperatureScaling` stops 1e-7.
 */
export function fitTemperature(
  yTrue: ArrayLike<Label>,
  proba: MatrixLike,
  { labels, smooth = true }: TemperatureOptions = {},
): TemperatureCalibration {
  requireMatrix("fitTemperature", "proba", proba);
  const { truth } = probabilityRows("fitTemperature", yTrue, proba, labels);
  const { rows, cols } = proba;
  const logits = Float64Array.from(proba.data, (p) => Math.log(p + tiny));
  const spread = smooth ? 1 / (rows + 2) : 0;
  let goal = 0;
  for (let i = 0; i < rows; i++) {
    let mean = 0;
    for (let c = 0; c < cols; c++) mean += logits[i * cols + c] / cols;
    goal += (1 - spread) * logits[i * cols + truth[i]] + spread * mean;
  }
  let [low, high] = [1 / mostSharp, mostSharp];
  let sharpness = 1;
  for (let step = 0; step < 60 && high - low > 1e-12 * high; step++) {
    const { mean, variance } = moments(logits, rows, cols, sharpness);
    const slope = mean - goal;
    if (slope > 0) high = sharpness;
    else low = sharpness;
    const next = sharpness - slope / variance;
    if (Math.abs(next - sharpness) < 1e-13 * sharpness) break;
    sharpness = next > low && next < high ? next : (low + high) / 2;
  }
  return { kind: "temperature", temperature: 1 / sharpness };
}

/** Sums over rows of the mean and variance of the log-probabilities under the sharpened distribution. */
function moments(logits: Float64Array, rows: number, cols: number, sharpness: number) {
  let mean = 0;
  let variance = 0;
  for (let i = 0; i < rows; i++) {
    const from = i * cols;
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < cols; c++) top = Math.max(top, logits[from + c]);
    let [sum, first, second] = [0, 0, 0];
    for (let c = 0; c < cols; c++) {
      const z = logits[from + c] - top;
      const w = Math.exp(sharpness * z);
      sum += w;
      first += w * z;
      second += w * z * z;
    }
    mean += top + first / sum;
    variance += second / sum - (first / sum) ** 2;
  }
  return { mean, variance };
}

/** Probabilities of one item at the temperature; they sum to 1. */
export function applyTemperature({ temperature }: TemperatureCalibration, proba: ArrayLike<number>): Float64Array {
  const logits = Float64Array.from(proba, (p) => Math.log(p + tiny) / temperature);
  const top = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logits.map((z) => Math.exp(z - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}
