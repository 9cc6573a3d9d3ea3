import { checkSize, overImage } from "../opencv/convert.js";
import type { Mat } from "../opencv/cv.js";
import { type Scope, scope } from "../opencv/scope.js";
import { type Border, borders, type Interpolation, interpolations, scalar } from "./geometry.js";
import { type AnyImage, checkImage, choose, type Point, requireRange, requireWhole } from "./image.js";

/** Where pixels come to lie: x' = m₀ x + m₁ y + m₂, y' = m₃ x + m₄ y + m₅. */
export type AffineMatrix = readonly [number, number, number, number, number, number];
/** Nine values of a perspective, row by row. */
export type PerspectiveMatrix = readonly number[];

/** Options of {@link warpAffine} and {@link warpPerspective}. */
export interface WarpOptions {
  /** Size of the result (default: that of the image). */
  width?: number;
  height?: number;
  /** Default "linear". */
  interpolation?: Exclude<Interpolation, "area">;
  /** Default "constant". */
  border?: Border;
  /** A value a channel for a constant border (default: zeros). */
  value?: readonly number[];
}

/** Moves, turns, scales and shears an image. Equals OpenCV 4.13 `warpAffine` (measured: within 1 for bytes). */
export function warpAffine<I extends AnyImage>(image: I, matrix: AffineMatrix, options: WarpOptions = {}): I {
  return warp("warpAffine", image, matrix, 2, options);
}

/** Maps an image as seen from elsewhere. Equals OpenCV 4.13 `warpPerspective` (measured: within 1 for bytes). */
export function warpPerspective<I extends AnyImage>(image: I, matrix: PerspectiveMatrix, options: WarpOptions = {}): I {
  return warp("warpPerspective", image, matrix, 3, options);
}

function warp<I extends AnyImage>(
  fn: "warpAffine" | "warpPerspective",
  image: I,
  matrix: readonly number[],
  rows: number,
  { width, height, interpolation = "linear", border = "constant", value = [] }: WarpOptions,
): I {
  checkImage(fn, image);
  const size = { width: width ?? image.width, height: height ?? image.height };
  requireWhole(fn, "width", size.width, 1);
  requireWhole(fn, "height", size.height, 1);
  checkSize(fn, size.width, size.height);
  checkMatrix(fn, matrix, 3 * rows);
  const how = choose(fn, "interpolation", interpolations, interpolation);
  const edge = choose(fn, "border", borders, border);
  return overImage(fn, image, (s, mat, out) => {
    const { cv } = s;
    cv[fn](mat, out, matrixMat(s, matrix, rows), size, cv[how], cv[edge], scalar(value));
  });
}

/**
 * A turn and scaling around a centre, as OpenCV's `getRotationMatrix2D`.
 *
 * @param options.degrees counter-clockwise on the screen
 * @param options.scale default 1
 */
export function rotationMatrix(
  center: Point,
  { degrees, scale = 1 }: { degrees: number; scale?: number },
): AffineMatrix {
  requireRange("rotationMatrix", "scale", scale, Number.MIN_VALUE);
  const radians = (degrees * Math.PI) / 180;
  const [a, b] = [scale * Math.cos(radians), scale * Math.sin(radians)];
  const { x, y } = center;
  return [a, b, (1 - a) * x - b * y, -b, a, b * x + (1 - a) * y];
}

/** The matrix of the way back. @throws RangeError if there is none */
export function invertAffine([a, b, c, d, e, f]: AffineMatrix): AffineMatrix {
  const det = a * e - b * d;
  if (Math.abs(det) < 1e-12) throw new RangeError("invertAffine: the matrix flattens the plane, it has no inverse.");
  return [e / det, -b / det, (b * f - e * c) / det, -d / det, a / det, (d * c - a * f) / det];
}

/** Where a point comes to lie. */
export function movePoint([a, b, c, d, e, f]: AffineMatrix, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/**
 * The turn, scaling and shift that brings points nearest to others, in least squares.
 *
 * @param from, to as many points, at least 2
 * @throws RangeError if numbers differ, or all points are one
 * Source: Umeyama 1991. Equals scikit-image 0.26 `SimilarityTransform` within 1e-9.
 */
export function similarityMatrix(from: readonly Point[], to: readonly Point[]): AffineMatrix {
  const fn = "similarityMatrix";
  checkPairs(fn, from, to, 2);
  const [p, q] = [centerOf(from), centerOf(to)];
  let [dot, cross, spread] = [0, 0, 0];
  from.forEach(({ x, y }, i) => {
    const [u, v, s, t] = [x - p.x, y - p.y, to[i].x - q.x, to[i].y - q.y];
    dot += u * s + v * t;
    cross += u * t - v * s;
    spread += u * u + v * v;
  });
  if (spread === 0) throw new RangeError(`${fn}: all points are the same, so turn and scale are open.`);
  const [a, b] = [dot / spread, cross / spread];
  return [a, -b, q.x - a * p.x + b * p.y, b, a, q.y - b * p.x - a * p.y];
}

/** The perspective that brings four points onto four others, as OpenCV's `getPerspectiveTransform`. */
export function perspectiveMatrix(from: readonly Point[], to: readonly Point[]): PerspectiveMatrix {
  const fn = "perspectiveMatrix";
  checkPairs(fn, from, to, 4);
  if (from.length !== 4) throw new RangeError(`${fn}: needs 4 points; findHomography takes more, got ${from.length}.`);
  return scope(fn, (s) => [...s.own(s.cv.getPerspectiveTransform(pointMat(s, from), pointMat(s, to))).data64F]);
}

/**
 * The perspective that brings most points onto their partners within `tolerance` pixels (RANSAC, fixed seed).
 *
 * @returns the matrix and which pairs agree with it; undefined if no perspective does
 */
export function findHomography(
  from: readonly Point[],
  to: readonly Point[],
  { tolerance = 3 }: { tolerance?: number } = {},
): { matrix: PerspectiveMatrix; inliers: Uint8Array } | undefined {
  const fn = "findHomography";
  checkPairs(fn, from, to, 4);
  requireRange(fn, "tolerance", tolerance, Number.MIN_VALUE);
  return scope(fn, (s) => {
    const inliers = s.mat();
    const matrix = s.own(s.cv.findHomography(pointMat(s, from), pointMat(s, to), RANSAC, tolerance, inliers));
    return matrix.rows === 3 ? { matrix: [...matrix.data64F], inliers: inliers.data.slice() } : undefined;
  });
}

function matrixMat({ cv, own }: Scope, matrix: readonly number[], rows: number): Mat {
  const mat = own(new cv.Mat(rows, 3, cv.CV_64F));
  mat.data64F.set(matrix);
  return mat;
}

function pointMat({ cv, own }: Scope, points: readonly Point[]): Mat {
  const mat = own(new cv.Mat(points.length, 1, cv.CV_32F + 8));
  mat.data32F.set(points.flatMap(({ x, y }) => [x, y]));
  return mat;
}

/** OpenCV's number of the method. */
const RANSAC = 8;

const centerOf = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});

function checkMatrix(fn: string, matrix: readonly number[], length: number): void {
  if (matrix.length !== length || !matrix.every(Number.isFinite)) {
    throw new RangeError(`${fn}: matrix must be ${length} finite numbers, got [${matrix}].`);
  }
}

function checkPairs(fn: string, from: readonly Point[], to: readonly Point[], least: number): void {
  if (from.length !== to.length) {
    throw new RangeError(`${fn}: needs as many points from as to, got ${from.length} and ${to.length}.`);
  }
  if (from.length < least) throw new RangeError(`${fn}: needs at least ${least} points, got ${from.length}.`);
  for (const { x, y } of [...from, ...to]) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      throw new RangeError(`${fn}: points must be finite, got (${x}, ${y}).`);
    }
  }
}
