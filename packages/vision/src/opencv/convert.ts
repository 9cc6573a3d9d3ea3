import { type AnyImage, checkImage, type Image } from "../images/image.js";
import type { Mat } from "./cv.js";
import { type Scope, scope } from "./scope.js";

/** Pixels that OpenCV takes at most: more, and a few matrices of an image fill its gigabyte. */
const MOST_PIXELS = 64e6;

/** An image as a matrix of the scope. @throws RangeError if it is too large for OpenCV's memory */
export function toMat({ cv, own }: Scope, { data, width, height, channels }: AnyImage): Mat {
  const type = (data instanceof Float32Array ? cv.CV_32F : cv.CV_8U) + 8 * (channels - 1);
  const mat = own(new cv.Mat(height, width, type));
  if (data instanceof Float32Array) mat.data32F.set(data);
  else mat.data.set(data);
  return mat;
}

/** A matrix of bytes as an image. */
function toImage(mat: Mat): Image {
  return { data: mat.data.slice(), width: mat.cols, height: mat.rows, channels: mat.channels() };
}

/** A matrix of floats as an image. */
export function toFloatImage(mat: Mat): Image<Float32Array> {
  return { data: mat.data32F.slice(), width: mat.cols, height: mat.rows, channels: mat.channels() };
}

/** A matrix as an image of the kind of `like`. */
function toSame<I extends AnyImage>(like: I, mat: Mat): I {
  return (like.data instanceof Float32Array ? toFloatImage(mat) : toImage(mat)) as AnyImage as I;
}

/** The frame of most functions: an image in, an image of the same kind out. */
export function overImage<I extends AnyImage>(
  fn: string,
  image: I,
  work: (scope: Scope, mat: Mat, out: Mat) => void,
): I {
  return withMat(fn, image, (s, mat) => {
    const out = s.mat();
    work(s, mat, out);
    return toSame(image, out);
  });
}

/** Checks an image and hands its matrix to work that frees itself. */
export function withMat<T>(fn: string, image: AnyImage, work: (scope: Scope, mat: Mat) => T): T {
  checkImage(fn, image);
  checkSize(fn, image.width, image.height);
  return scope(fn, (s) => work(s, toMat(s, image)));
}

/** @throws RangeError if that many pixels are more than OpenCV's memory can work on */
export function checkSize(fn: string, width: number, height: number): void {
  if (width * height <= MOST_PIXELS) return;
  throw new RangeError(
    `${fn}: ${width} × ${height} pixels are more than the ${MOST_PIXELS / 1e6} million that fit into OpenCV's memory; read the image with a smaller maxSide.`,
  );
}
