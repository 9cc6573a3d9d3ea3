import { withMat } from "../opencv/convert.js";
import { requireGray } from "./histogram.js";
import { type Image, requireRange, requireWhole } from "./image.js";

/** A straight line x cos θ + y sin θ = ρ, in pixels and radians. */
export interface HoughLine {
  rho: number;
  theta: number;
}

/** Options of {@link houghLines}. */
export interface LineOptions {
  /** Votes that a line needs. */
  threshold: number;
  /** Step of ρ in pixels (default 1). */
  rho?: number;
  /** Step of θ in radians (default π/180). */
  theta?: number;
}

/** Lines through the white pixels of an edge image, strongest first. Equals OpenCV 4.13 `HoughLines`. */
export function houghLines(edges: Image, { threshold, rho = 1, theta = Math.PI / 180 }: LineOptions): HoughLine[] {
  const fn = "houghLines";
  checkLines(fn, edges, threshold, rho, theta);
  return withMat(fn, edges, (s, mat) => {
    const out = s.mat();
    s.cv.HoughLines(mat, out, rho, theta, threshold);
    return rows(out.data32F, out.rows, 2, ([r, t]) => ({ rho: r, theta: t }));
  });
}

/** Options of {@link houghSegments}. */
export interface SegmentOptions extends LineOptions {
  /** Pixels (default 0). */
  minLength?: number;
  /** Pixels that a segment may miss (default 0). */
  maxGap?: number;
}

/** A piece of a straight line. */
export interface Segment {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Pieces of lines by the progressive probabilistic transform, which draws with a fixed seed. Equals OpenCV 4.13 `HoughLinesP`. */
export function houghSegments(
  edges: Image,
  { threshold, rho = 1, theta = Math.PI / 180, minLength = 0, maxGap = 0 }: SegmentOptions,
): Segment[] {
  const fn = "houghSegments";
  checkLines(fn, edges, threshold, rho, theta);
  requireRange(fn, "minLength", minLength, 0);
  requireRange(fn, "maxGap", maxGap, 0);
  return withMat(fn, edges, (s, mat) => {
    const out = s.mat();
    s.cv.HoughLinesP(mat, out, rho, theta, threshold, minLength, maxGap);
    return rows(out.data32S, out.rows, 4, ([x0, y0, x1, y1]) => ({ x0, y0, x1, y1 }));
  });
}

/** Options of {@link houghCircles}. */
export interface CircleOptions {
  /** Least distance between centres, in pixels. */
  minDistance: number;
  /** Upper threshold of the edges inside (default 100). */
  edge?: number;
  /** Votes that a centre needs (default 100; lower finds more). */
  votes?: number;
  /** In pixels (default 0: any). */
  minRadius?: number;
  maxRadius?: number;
  /** Pixels of the image a cell of the votes, along each axis (default 1). */
  cell?: number;
}

/** A circle in pixels. */
export interface Circle {
  x: number;
  y: number;
  radius: number;
}

/** Circles of a grey image, strongest first. Equals OpenCV 4.13 `HoughCircles` (gradient method). */
export function houghCircles(
  image: Image,
  { minDistance, edge = 100, votes = 100, minRadius = 0, maxRadius = 0, cell = 1 }: CircleOptions,
): Circle[] {
  const fn = "houghCircles";
  requireGray(fn, image);
  for (const [name, value] of Object.entries({ minDistance, edge, votes, cell })) {
    requireRange(fn, name, value, Number.MIN_VALUE);
  }
  for (const [name, value] of Object.entries({ minRadius, maxRadius })) requireWhole(fn, name, value, 0);
  return withMat(fn, image, (s, mat) => {
    const out = s.mat();
    s.cv.HoughCircles(mat, out, s.cv.HOUGH_GRADIENT, cell, minDistance, edge, votes, minRadius, maxRadius);
    return rows(out.data32F, out.cols * out.rows, 3, ([x, y, radius]) => ({ x, y, radius }));
  });
}

function checkLines(fn: string, edges: Image, threshold: number, rho: number, theta: number): void {
  requireGray(fn, edges, "edges");
  requireWhole(fn, "threshold", threshold, 1);
  requireRange(fn, "rho", rho, Number.MIN_VALUE);
  requireRange(fn, "theta", theta, Number.MIN_VALUE, Math.PI);
}

function rows<T>(data: Float32Array | Int32Array, count: number, size: number, make: (row: number[]) => T): T[] {
  return Array.from({ length: count }, (_, i) => make([...data.subarray(size * i, size * (i + 1))]));
}
