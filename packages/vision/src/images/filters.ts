import { overImage, toFloatImage, withMat } from "../opencv/convert.js";
import type { Mat } from "../opencv/cv.js";
import { type Border, borders } from "./geometry.js";
import { type AnyImage, choose, type Image, requireRange, requireWhole } from "./image.js";

/** Options of {@link gaussianBlur}. */
export interface BlurOptions {
  /** Side of the kernel in pixels, odd; 0 (default) takes it from sigma. */
  size?: number;
  /** Pixels; 0 (default) takes it from the size. One of both must be given. */
  sigma?: number;
  /** Default "reflect101". */
  border?: Border;
}

/** Gaussian blur, equal to OpenCV 4.13 `GaussianBlur`. @throws RangeError if neither size nor sigma is given, or the size is even */
export function gaussianBlur<I extends AnyImage>(
  image: I,
  { size = 0, sigma = 0, border = "reflect101" }: BlurOptions,
): I {
  const fn = "gaussianBlur";
  requireRange(fn, "sigma", sigma, 0);
  if (size !== 0 || sigma === 0) requireOdd(fn, "size", size, 1);
  const edge = choose(fn, "border", borders, border);
  return overImage(fn, image, ({ cv }, mat, out) => {
    cv.GaussianBlur(mat, out, { width: size, height: size }, sigma, sigma, cv[edge]);
  });
}

/** Median of a square of `size` × `size` pixels (odd, above 1), for bytes. */
export function medianBlur(image: Image, size: number): Image {
  requireOdd("medianBlur", "size", size, 3, 255);
  return overImage("medianBlur", image, ({ cv }, mat, out) => cv.medianBlur(mat, out, size));
}

/**
 * Correlates an image with a kernel of floats (it is not mirrored), as OpenCV's `filter2D`.
 *
 * @param kernel one channel
 */
export function filterImage<I extends AnyImage>(
  image: I,
  kernel: Image<Float32Array>,
  { border = "reflect101" }: { border?: Border } = {},
): I {
  const edge = choose("filterImage", "border", borders, border);
  return withMat("filterImage", kernel, ({ cv }, k) =>
    overImage("filterImage", image, (_, mat, out) => {
      cv.filter2D(mat, out, -1, k, { x: -1, y: -1 }, 0, cv[edge]);
    }),
  );
}

/** Options of {@link sobel}, {@link scharr} and {@link laplacian}. */
export interface GradientOptions {
  /** Side of the kernel: 1, 3 (default), 5 or 7. */
  size?: number;
  /** Factor of the result (default 1). */
  scale?: number;
  /** Default "reflect101". */
  border?: Border;
}

/** How an image changes at each pixel. */
export interface Gradients {
  /** Change to the right, as floats. */
  dx: Image<Float32Array>;
  /** Change downwards. */
  dy: Image<Float32Array>;
  /** √(dx² + dy²). */
  magnitude: Image<Float32Array>;
  /** Radians in (−π, π], 0 to the right, growing clockwise on the screen. */
  angle: Image<Float32Array>;
}

/** Gradients by Sobel's kernels, equal to OpenCV 4.13 `Sobel` with floats out (measured: exactly, for bytes). */
export function sobel(
  image: AnyImage,
  { size = 3, scale = 1, border = "reflect101" }: GradientOptions = {},
): Gradients {
  choose("sobel", "size", { 1: 1, 3: 3, 5: 5, 7: 7 }, String(size));
  return gradients("sobel", image, size, scale, border);
}

/** Gradients by Scharr's 3 × 3 kernels, which turn with the image better than Sobel's. */
export function scharr(
  image: AnyImage,
  { scale = 1, border = "reflect101" }: Omit<GradientOptions, "size"> = {},
): Gradients {
  return gradients("scharr", image, -1, scale, border);
}

function gradients(fn: string, image: AnyImage, size: number, scale: number, border: Border): Gradients {
  const edge = choose(fn, "border", borders, border);
  return withMat(fn, image, (s, mat) => {
    const along = (x: number, y: number): Image<Float32Array> => {
      const out = s.mat();
      s.cv.Sobel(mat, out, s.cv.CV_32F, x, y, size, scale, 0, s.cv[edge]);
      return toFloatImage(out);
    };
    const [dx, dy] = [along(1, 0), along(0, 1)];
    const magnitude = { ...dx, data: dx.data.map((x, i) => Math.hypot(x, dy.data[i])) };
    return { dx, dy, magnitude, angle: { ...dx, data: dx.data.map((x, i) => Math.atan2(dy.data[i], x)) } };
  });
}

/** Sum of second derivatives, as floats; size as for `sobel`, here 1 by default. */
export function laplacian(
  image: AnyImage,
  { size = 1, scale = 1, border = "reflect101" }: GradientOptions = {},
): Image<Float32Array> {
  const edge = choose("laplacian", "border", borders, border);
  requireOdd("laplacian", "size", size, 1, 31);
  return withMat("laplacian", image, ({ cv, mat }, from) => {
    const out = mat();
    cv.Laplacian(from, out, cv.CV_32F, size, scale, 0, cv[edge]);
    return toFloatImage(out);
  });
}

/** Options of {@link canny}. */
export interface CannyOptions {
  /** Gradients below it are no edge. */
  low: number;
  /** Gradients above it are one; those between are if they touch one. */
  high: number;
  /** Sobel's size: 3 (default), 5 or 7. */
  size?: number;
  /** Gradients by √(dx² + dy²) instead of |dx| + |dy| (default false). */
  l2?: boolean;
}

/**
 * Edges by Canny: 255 on an edge, else 0.
 *
 * @param image of bytes; of a coloured one the strongest channel counts
 * Equals OpenCV 4.13 `Canny` (measured: the same bytes).
 */
export function canny(image: Image, { low, high, size = 3, l2 = false }: CannyOptions): Image {
  const fn = "canny";
  requireRange(fn, "low", low, 0);
  requireRange(fn, "high", high, low);
  choose(fn, "size", { 3: 3, 5: 5, 7: 7 }, String(size));
  return overImage(fn, image, ({ cv }, mat, out) => cv.Canny(mat, out, low, high, size, l2));
}

/** Options of {@link threshold}. */
export interface ThresholdOptions {
  /** "otsu" and "triangle" find the threshold themselves. */
  kind?: "binary" | "inverse" | "truncate" | "toZero" | "otsu" | "triangle";
  /** Needed unless the threshold is found; values above it (not at it) count. */
  threshold?: number;
  /** Value of what lies above (default 255). */
  max?: number;
}

const thresholdKinds: Record<string, readonly `THRESH_${string}`[]> = {
  binary: ["THRESH_BINARY"],
  inverse: ["THRESH_BINARY_INV"],
  truncate: ["THRESH_TRUNC"],
  toZero: ["THRESH_TOZERO"],
  otsu: ["THRESH_BINARY", "THRESH_OTSU"],
  triangle: ["THRESH_BINARY", "THRESH_TRIANGLE"],
};

/** Black and white by a threshold, given or found. @returns the image and the threshold used */
export function threshold<I extends AnyImage>(
  image: I,
  { kind = "binary", threshold: at, max = 255 }: ThresholdOptions,
): { image: I; threshold: number } {
  const fn = "threshold";
  const kinds = choose(fn, "kind", thresholdKinds, kind);
  const found = kind === "otsu" || kind === "triangle";
  if (!found && !Number.isFinite(at)) throw new RangeError(`${fn}: ${kind} needs a finite threshold, got ${at}.`);
  let used = 0;
  const out = overImage(fn, image, ({ cv }, mat, to) => {
    used = cv.threshold(
      mat,
      to,
      at ?? 0,
      max,
      kinds.reduce((sum, name) => sum + cv[name], 0),
    );
  });
  return { image: out, threshold: used };
}

/** White where a pixel is brighter than the mean (or Gaussian mean) of a square around it, minus `offset`. */
export function adaptiveThreshold(
  image: Image,
  { size = 11, offset = 2, mean = "gaussian" }: { size?: number; offset?: number; mean?: "box" | "gaussian" } = {},
): Image {
  const fn = "adaptiveThreshold";
  requireOdd(fn, "size", size, 3);
  const how = choose(
    fn,
    "mean",
    { box: "ADAPTIVE_THRESH_MEAN_C", gaussian: "ADAPTIVE_THRESH_GAUSSIAN_C" } as const,
    mean,
  );
  return overImage(fn, image, ({ cv }, mat: Mat, out: Mat) => {
    cv.adaptiveThreshold(mat, out, 255, cv[how], cv.THRESH_BINARY, size, offset);
  });
}

function requireOdd(fn: string, name: string, value: number, low: number, high?: number): void {
  requireWhole(fn, name, value, low, high);
  if (value % 2 === 0) throw new RangeError(`${fn}: ${name} must be odd, got ${value}.`);
}
