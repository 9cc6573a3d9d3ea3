import { type BinaryTruth, encodeTargets } from "../binary.js";
import {
  checkedWeights,
  requireInRange,
  requireItems,
  requireOneOf,
  requireSameLength,
  requireWhole,
} from "../check.js";
import { sortScores } from "../ranking/sortScores.js";
import type { BinaryOptions } from "../types.js";
import { quantile } from "../uncertainty/interval.js";

/** Options of {@link calibrationCurve}. */
export interface CalibrationCurveOptions extends Pick<BinaryOptions, "posLabel"> {
  /** How many bins, ≥ 1, default 5. */
  nBins?: number;
  /** Bins of equal width over [0, 1] ("uniform", default) or of equally many items ("quantile"). */
  strategy?: "uniform" | "quantile";
}

/** How often each predicted probability comes true. */
export interface CalibrationCurve {
  /** Share of targets in each bin that holds items. */
  probTrue: Float64Array;
  /** Mean probability predicted there. */
  probPred: Float64Array;
  /** Items there. */
  counts: Float64Array;
}

/**
 * Reliability: how often the target occurs among items given about the same probability.
 *
 * @param yTrue 1 for targets, 0 for the rest (or any labels with posLabel); length n ≥ 1
 * @param yProb probability of the target, in [0, 1]; length n
 * @returns bins that hold items, rising
 * @throws RangeError if lengths differ, there are no items, or a probability is outside [0, 1]
 * Equals scikit-learn 1.9 `calibration.calibration_curve` within 1e-15.
 */
export function calibrationCurve(
  yTrue: BinaryTruth,
  yProb: ArrayLike<number>,
  { nBins = 5, strategy = "uniform", posLabel }: CalibrationCurveOptions = {},
): CalibrationCurve {
  requireWhole("calibrationCurve", "nBins", nBins, 1);
  requireOneOf("calibrationCurve", "strategy", strategy, ["uniform", "quantile"]);
  const isTarget = checkedProbabilities("calibrationCurve", yTrue, yProb, posLabel);
  const edges = Float64Array.from({ length: nBins + 1 }, (_, i) => i / nBins);
  if (strategy === "quantile") {
    const sorted = sortScores(Float64Array.from(yProb));
    edges.set(edges.map((share) => quantile(sorted, share)));
  }
  const hits = new Float64Array(nBins);
  const sums = new Float64Array(nBins);
  const counts = new Float64Array(nBins);
  for (let i = 0; i < yProb.length; i++) {
    // Bins hold what lies above their lower edge, up to and with the upper one.
    let bin = 0;
    while (bin < nBins - 1 && yProb[i] > edges[bin + 1]) bin++;
    hits[bin] += isTarget[i];
    sums[bin] += yProb[i];
    counts[bin]++;
  }
  const held = (_: number, bin: number) => counts[bin] > 0;
  return {
    probTrue: hits.map((h, bin) => h / counts[bin]).filter(held),
    probPred: sums.map((s, bin) => s / counts[bin]).filter(held),
    counts: counts.filter((count) => count > 0),
  };
}

/** Options of {@link expectedCalibrationError}. */
export interface CalibrationErrorOptions extends Pick<BinaryOptions, "sampleWeight"> {
  /** How many bins of equal width, ≥ 1, default 15. */
  nBins?: number;
}

/**
 * Expected calibration error: mean distance of confidence from accuracy over bins of confidence, weighted by items.
 *
 * @param correct 1 where the prediction is right, 0 where not; length n ≥ 1
 * @param confidence probability given to the predicted class, in [0, 1]; length n
 * @returns in [0, 1]
 * @throws RangeError if lengths differ, there are no items, or a confidence is outside [0, 1]
 * Source: Guo et al. 2017, "On calibration of modern neural networks"; bins are (lower, upper].
 */
export function expectedCalibrationError(
  correct: BinaryTruth,
  confidence: ArrayLike<number>,
  { nBins = 15, sampleWeight }: CalibrationErrorOptions = {},
): number {
  requireWhole("expectedCalibrationError", "nBins", nBins, 1);
  const isRight = checkedProbabilities("expectedCalibrationError", correct, confidence);
  checkedWeights("expectedCalibrationError", sampleWeight, isRight.length);
  const gap = new Float64Array(nBins);
  let all = 0;
  for (let i = 0; i < isRight.length; i++) {
    const w = sampleWeight ? sampleWeight[i] : 1;
    const bin = Math.min(nBins - 1, Math.max(0, Math.ceil(confidence[i] * nBins) - 1));
    gap[bin] += w * (isRight[i] - confidence[i]);
    all += w;
  }
  return gap.reduce((sum, g) => sum + Math.abs(g), 0) / all;
}

function checkedProbabilities(
  fn: string,
  yTrue: BinaryTruth,
  yProb: ArrayLike<number>,
  posLabel?: BinaryOptions["posLabel"],
): Uint8Array {
  requireSameLength(fn, "yTrue", yTrue.length, "yProb", yProb.length);
  requireItems(fn, "yTrue", yTrue.length);
  for (let i = 0; i < yProb.length; i++) requireInRange(fn, `yProb[${i}]`, yProb[i], 0, 1);
  return encodeTargets(fn, yTrue, posLabel);
}
