import { requireFinite, requirePositive, requireSameLength, requireWhole } from "../check.js";

/** Pixels row by row, channels side by side (interleaved). */
export interface ImageLike {
  data: ArrayLike<number>;
  width: number;
  height: number;
  /** Default 1. */
  channels?: number;
}

/** Options of {@link psnr}. */
export interface PsnrOptions {
  /** Distance of the darkest from the brightest value there can be: 255 for bytes, 1 for shares; required. */
  dataRange: number;
}

/**
 * Peak signal-to-noise ratio, in dB.
 *
 * @param a, b values of the same kind and number: images, spectrograms, samples
 * @returns ∞ for equal ones
 * @throws RangeError if lengths differ or are 0, a value is not finite, or dataRange is not above 0
 * Equals scikit-image 0.26 `metrics.peak_signal_noise_ratio` within 1e-12.
 */
export function psnr(a: ArrayLike<number>, b: ArrayLike<number>, { dataRange }: PsnrOptions): number {
  requireSameLength("psnr", "a", a.length, "b", b.length);
  requireWhole("psnr", "length of a", a.length, 1);
  requirePositive("psnr", "dataRange", dataRange);
  requireFinite("psnr", "a", a);
  requireFinite("psnr", "b", b);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return 10 * Math.log10(dataRange ** 2 / (sum / a.length));
}

/** Options of {@link ssim}. */
export interface SsimOptions extends PsnrOptions {
  /** Side of the window, odd, at most the image's sides, default 7. */
  windowSize?: number;
}

/**
 * Structural similarity: agreement of mean, contrast and structure in windows around each pixel, mean over the pixels whose
 * window lies inside, and over channels.
 *
 * @param a, b images of the same size
 * @returns at most 1, for equal images
 * @throws RangeError if sizes differ, a value is not finite, the window does not fit, or dataRange is not above 0
 * Source: Wang et al. 2004, with even weights and sample covariance. Equals scikit-image 0.26
 * `metrics.structural_similarity` (its defaults) within 1e-12.
 */
export function ssim(a: ImageLike, b: ImageLike, { dataRange, windowSize = 7 }: SsimOptions): number {
  const { width, height, channels = 1 } = a;
  if (b.width !== width || b.height !== height || (b.channels ?? 1) !== channels) {
    throw new RangeError(
      `ssim: sizes must be equal, got ${width} × ${height} × ${channels} and ${b.width} × ${b.height} × ${b.channels ?? 1}.`,
    );
  }
  for (const [name, { data }] of Object.entries({ a, b })) {
    requireSameLength("ssim", `${name}.data`, data.length, "the size", width * height * channels);
    requireFinite("ssim", `${name}.data`, data);
  }
  requirePositive("ssim", "dataRange", dataRange);
  requireWhole("ssim", "windowSize", windowSize, 3, Math.min(width, height));
  if (windowSize % 2 === 0) throw new RangeError(`ssim: windowSize must be odd, got ${windowSize}.`);
  let sum = 0;
  for (let c = 0; c < channels; c++) sum += channelSsim(a, b, c, dataRange, windowSize);
  return sum / channels;
}

function channelSsim(a: ImageLike, b: ImageLike, channel: number, dataRange: number, windowSize: number): number {
  const { width, height, channels = 1 } = a;
  const pixels = windowSize * windowSize;
  const x = (i: number) => a.data[i * channels + channel];
  const y = (i: number) => b.data[i * channels + channel];
  const window = (value: (i: number) => number) => windowMeans(value, width, height, windowSize);
  const [mx, my] = [window(x), window(y)];
  const [mxx, myy, mxy] = [window((i) => x(i) ** 2), window((i) => y(i) ** 2), window((i) => x(i) * y(i))];
  const sample = pixels / (pixels - 1);
  const c1 = (0.01 * dataRange) ** 2;
  const c2 = (0.03 * dataRange) ** 2;
  let sum = 0;
  for (let i = 0; i < mx.length; i++) {
    const vx = sample * (mxx[i] - mx[i] * mx[i]);
    const vy = sample * (myy[i] - my[i] * my[i]);
    const vxy = sample * (mxy[i] - mx[i] * my[i]);
    sum += ((2 * mx[i] * my[i] + c1) * (2 * vxy + c2)) / ((mx[i] * mx[i] + my[i] * my[i] + c1) * (vx + vy + c2));
  }
  return sum / mx.length;
}

/** Means of all windows that lie inside, by a table of sums over everything above and to the left. */
function windowMeans(value: (i: number) => number, width: number, height: number, size: number): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array(stride * (height + 1));
  for (let r = 0; r < height; r++) {
    let row = 0;
    for (let c = 0; c < width; c++) {
      row += value(r * width + c);
      sums[(r + 1) * stride + c + 1] = sums[r * stride + c + 1] + row;
    }
  }
  const across = width - size + 1;
  const out = new Float64Array(across * (height - size + 1));
  for (let i = 0; i < out.length; i++) {
    const at = Math.floor(i / across) * stride + (i % across);
    out[i] = (sums[at + size * stride + size] - sums[at + size * stride] - sums[at + size] + sums[at]) / (size * size);
  }
  return out;
}
