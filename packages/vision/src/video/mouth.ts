import { faceMatrix } from "../faces/align.js";
import type { FaceLandmarks } from "../faces/types.js";
import type { Image } from "../images/image.js";
import { warpAffine } from "../images/warp.js";

/** Where the mouth lies in an upright face of side 112: between nose and chin, from corner to corner. */
const MOUTH = { x: 38, y: 82, width: 36, height: 28 };

/** Grey values of the mouth's surroundings, upright and of one size, in shares of their mean. */
export function mouthPatch(gray: Image, landmarks: FaceLandmarks): Float32Array {
  const [a, b, x, c, d, y] = faceMatrix(landmarks, 112);
  const { width, height } = MOUTH;
  const { data } = warpAffine(gray, [a, b, x - MOUTH.x, c, d, y - MOUTH.y], { width, height, border: "replicate" });
  const mean = Math.max(1, meanOf(data));
  return Float32Array.from(data, (v) => v / mean);
}

/**
 * How open a mouth is: the contrast of its surroundings. Lips of a closed mouth are nearly as bright as skin; dark and teeth show as it opens.
 *
 * @returns standard deviation of the patch, 0 or more
 */
export function mouthOpening(patch: Float32Array): number {
  const mean = meanOf(patch);
  return Math.sqrt(patch.reduce((sum, v) => sum + (v - mean) ** 2, 0) / patch.length);
}

/** How much moves from one patch to the next: mean absolute difference. */
export const mouthMotion = (before: Float32Array, now: Float32Array): number =>
  now.reduce((sum, v, i) => sum + Math.abs(v - before[i]), 0) / now.length;

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
};
