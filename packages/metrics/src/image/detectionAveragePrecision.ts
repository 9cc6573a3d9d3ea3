import { requireInRange, requireOneOf, requireSameLength } from "../check.js";
import { type Box, checkBox, overlap } from "./boxes.js";

/** A box that a detector found, with its confidence. */
export interface Detection extends Box {
  score: number;
}

/** Options of {@link detectionAveragePrecision}. */
export interface DetectionApOptions {
  /** Least intersection over union of a hit, in (0, 1], default 0.5. */
  iouThreshold?: number;
  /** Area under the curve of falling precision ("area", VOC 2010 on; default) or its mean at 101 recalls ("coco"). */
  interpolation?: "area" | "coco";
}

/** Average precision of boxes, and the curve behind it. */
export interface DetectionAp {
  /** In [0, 1]; NaN if there is no true box. */
  averagePrecision: number;
  /** Precision after each detection, by falling score, and recall there. */
  precision: Float64Array;
  recall: Float64Array;
  /** Scores, falling. */
  scores: Float64Array;
}

/**
 * Average precision of boxes: detections of all images by falling score, each a hit if it overlaps enough with a true box
 * of its image that no better-scored detection has taken.
 *
 * @param truth true boxes of each image
 * @param detections boxes found in each image; as many images
 * @throws RangeError if lengths differ, a box or score is not finite, or the threshold is out of range
 * Source: Everingham et al. 2010 ("area"), Lin et al. 2014 ("coco"; equals pycocotools 2.0 for one class and one
 * threshold, all sizes, within 1e-12).
 */
export function detectionAveragePrecision(
  truth: readonly (readonly Box[])[],
  detections: readonly (readonly Detection[])[],
  { iouThreshold = 0.5, interpolation = "area" }: DetectionApOptions = {},
): DetectionAp {
  const fn = "detectionAveragePrecision";
  requireSameLength(fn, "truth", truth.length, "detections", detections.length);
  requireInRange(fn, "iouThreshold", iouThreshold, Number.MIN_VALUE, 1);
  requireOneOf(fn, "interpolation", interpolation, ["area", "coco"]);
  const boxes = truth.reduce((sum, list) => sum + list.length, 0);
  for (const list of truth) for (const box of list) checkBox(fn, box);
  const all = detections.flatMap((list, image) => list.map((detection) => ({ image, detection })));
  for (const { detection } of all) {
    checkBox(fn, detection);
    if (Number.isNaN(detection.score)) throw new RangeError(`${fn}: score must not be NaN.`);
  }
  all.sort((a, b) => b.detection.score - a.detection.score);
  const taken = truth.map((list) => new Uint8Array(list.length));
  const precision = new Float64Array(all.length);
  const recall = new Float64Array(all.length);
  let hits = 0;
  all.forEach(({ image, detection }, i) => {
    const match = bestFree(truth[image], taken[image], detection, iouThreshold);
    if (match >= 0) {
      taken[image][match] = 1;
      hits++;
    }
    precision[i] = hits / (i + 1);
    recall[i] = hits / boxes;
  });
  return {
    averagePrecision: boxes === 0 ? Number.NaN : interpolated(precision, recall, interpolation),
    precision,
    recall,
    scores: Float64Array.from(all, ({ detection }) => detection.score),
  };
}

/** The free true box that overlaps most, if enough; −1 if none. */
function bestFree(truth: readonly Box[], taken: Uint8Array, detection: Box, least: number): number {
  let best = -1;
  let most = least;
  for (let b = 0; b < truth.length; b++) {
    if (taken[b]) continue;
    const shared = overlap(truth[b], detection);
    if (shared >= most) {
      most = shared;
      best = b;
    }
  }
  return best;
}

function interpolated(precision: Float64Array, recall: Float64Array, how: "area" | "coco"): number {
  // From right to left each precision becomes the best that any higher recall still has.
  const falling = precision.slice();
  for (let i = falling.length - 2; i >= 0; i--) falling[i] = Math.max(falling[i], falling[i + 1]);
  if (how === "area") {
    return falling.reduce((sum, p, i) => sum + p * (recall[i] - (i > 0 ? recall[i - 1] : 0)), 0);
  }
  let sum = 0;
  let at = 0;
  for (let step = 0; step <= 100; step++) {
    while (at < recall.length && recall[at] < step / 100 - 1e-12) at++;
    if (at < recall.length) sum += falling[at];
  }
  return sum / 101;
}
