import { softmaxCrossEntropy, tf } from "@earshot/engine";
import { aNumber, nearest, readOptions } from "../core/options.js";

/** What training makes small, for one sample with scores z, targets t (sparse, one-hot or mixed, all alike) and p = softmax(z). */
export type Loss =
  /** −Σ t ln p. */
  | { kind: "crossEntropy" }
  /** −Σ t (1 − p)^gamma ln p: easy samples count less (gamma ≥ 1, default 2). Source: Lin et al. 2017. */
  | { kind: "focal"; gamma?: number }
  /** Mean over classes of the logistic loss, each class against all others; probabilities are sigmoids brought to a sum of 1. */
  | { kind: "binaryCrossEntropy" }
  /** Mean over classes of (p − t)². */
  | { kind: "meanSquared" }
  /** Cross-entropy of scale · (cosine − margin · t) between features and class directions. Source: Wang et al. 2018 (AM-softmax). */
  | { kind: "amSoftmax"; scale?: number; margin?: number };

/** Name of a loss. */
export type LossName = Loss["kind"];
/** A loss with its defaults. */
export type ReadLoss =
  | Required<Extract<Loss, { kind: "focal" | "amSoftmax" }>>
  | { kind: Exclude<LossName, "focal" | "amSoftmax"> };

const names: LossName[] = ["crossEntropy", "focal", "binaryCrossEntropy", "meanSquared", "amSoftmax"];

/** @throws RangeError for an unknown loss or option, naming the nearest known one */
export function readLoss(given: LossName | Loss): ReadLoss {
  const { kind, ...options } = typeof given === "string" ? { kind: given } : given;
  if (!names.includes(kind))
    throw new RangeError(`neuralClassifier: unknown loss "${kind}"; ${nearest(String(kind), names)}`);
  const fn = `neuralClassifier loss ${kind}`;
  if (kind === "focal") return { kind, ...readOptions(fn, options, { gamma: aNumber(2, { min: 1, max: 20 }) }) };
  if (kind === "amSoftmax") {
    return {
      kind,
      ...readOptions(fn, options, { scale: aNumber(30, { above: 0 }), margin: aNumber(0.35, { min: 0, max: 1 }) }),
    };
  }
  readOptions(fn, options, {});
  return { kind };
}

/**
 * The loss of each sample, times its weight.
 *
 * @param logits scores as the network gives them, [n, classes]
 * @param targets [n, classes]; no gradient flows into them
 * @param weights [n]
 * @returns [n]
 */
export function lossOf(loss: ReadLoss, logits: tf.Tensor, targets: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const weighed = (rows: tf.Tensor): tf.Tensor => tf.mul(rows, weights);
  switch (loss.kind) {
    case "crossEntropy":
      return softmaxCrossEntropy(logits, targets, weights);
    case "amSoftmax":
      return softmaxCrossEntropy(tf.sub(logits, tf.mul(targets, loss.scale * loss.margin)), targets, weights);
    case "focal": {
      const logs = tf.logSoftmax(logits);
      const rest = tf.maximum(tf.sub(1, tf.exp(logs)), 1e-7);
      const eased = tf.exp(tf.mul(tf.log(rest), loss.gamma));
      return weighed(tf.neg(tf.sum(tf.mul(targets, tf.mul(eased, logs)), 1)));
    }
    case "binaryCrossEntropy": {
      // ln(1 + e^z) − z t, stable for any score.
      return weighed(tf.mean(tf.sub(tf.softplus(logits), tf.mul(logits, targets)), 1));
    }
    case "meanSquared":
      return weighed(tf.mean(tf.square(tf.sub(tf.softmax(logits), targets)), 1));
  }
}

/** The same for one sample in double, without a gradient: what held-out samples are judged by. */
export function lossOfRow(loss: ReadLoss, scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  const z = Float64Array.from(scores, (v, c) =>
    loss.kind === "amSoftmax" ? v - loss.scale * loss.margin * targets[c] : v,
  );
  const k = z.length;
  let sum = 0;
  if (loss.kind === "binaryCrossEntropy") {
    for (let c = 0; c < k; c++) sum += Math.max(z[c], 0) - z[c] * targets[c] + Math.log1p(Math.exp(-Math.abs(z[c])));
    return sum / k;
  }
  const top = z.reduce((a, b) => Math.max(a, b), -Infinity);
  const log = top + Math.log(z.reduce((a, b) => a + Math.exp(b - top), 0));
  for (let c = 0; c < k; c++) {
    const p = Math.exp(z[c] - log);
    if (loss.kind === "meanSquared") sum += (p - targets[c]) ** 2 / k;
    else if (targets[c])
      sum -= targets[c] * (loss.kind === "focal" ? Math.max(1 - p, 1e-7) ** loss.gamma : 1) * (z[c] - log);
  }
  return sum;
}

/** Class probabilities from scores, in place; rows sum to 1. */
export function toProbabilities(loss: ReadLoss, scores: Float32Array, classes: number): void {
  if (loss.kind !== "binaryCrossEntropy") {
    softmaxRows(scores, classes);
    return;
  }
  for (let r = 0; r < scores.length; r += classes) {
    const row = scores.subarray(r, r + classes);
    const each = Float64Array.from(row, (z) => 1 / (1 + Math.exp(-z)));
    const sum = each.reduce((a, b) => a + b, 0);
    for (let c = 0; c < classes; c++) row[c] = sum > 0 ? each[c] / sum : 1 / classes;
  }
}

/** Softmax of each row, in place and in double: rows sum to 1 within 1e-7. */
function softmaxRows(data: Float32Array, cols: number): void {
  for (let r = 0; r < data.length; r += cols) {
    const row = data.subarray(r, r + cols);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const exps = Float64Array.from(row, (v) => Math.exp(v - top));
    const sum = exps.reduce((a, b) => a + b, 0);
    for (let c = 0; c < cols; c++) row[c] = exps[c] / sum;
  }
}
