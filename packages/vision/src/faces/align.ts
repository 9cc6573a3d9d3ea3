import { type Image, type Point, requireWhole } from "../images/image.js";
import { type AffineMatrix, similarityMatrix, warpAffine } from "../images/warp.js";
import type { FaceLandmarks } from "./types.js";

/** Where eyes, nose and mouth lie in a square of side 112: what networks that recognise faces are trained on. */
const places: readonly Point[] = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
];

/**
 * A face upright in a square, its eyes and mouth at fixed places.
 *
 * @param options.size side in pixels (default 112)
 */
export function alignFace(image: Image, landmarks: FaceLandmarks, { size = 112 }: { size?: number } = {}): Image {
  requireWhole("alignFace", "size", size, 8, 4096);
  return warpAffine(image, faceMatrix(landmarks, size), { width: size, height: size });
}

/** What turns, scales and shifts a face upright into a square. */
export function faceMatrix(landmarks: FaceLandmarks, size: number): AffineMatrix {
  const { leftEye, rightEye, nose, leftMouth, rightMouth } = landmarks;
  const factor = size / 112;
  const goal = places.map(({ x, y }) => ({ x: x * factor, y: y * factor }));
  return similarityMatrix([leftEye, rightEye, nose, leftMouth, rightMouth], goal);
}
