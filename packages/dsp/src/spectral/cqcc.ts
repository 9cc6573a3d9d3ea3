import { requireInteger } from "../core/check.js";
import { dct } from "../core/dct.js";
import { createMatrix, type Matrix } from "../core/types.js";
import { type CqtOptions, cqt, cqtFrequencies } from "./cqt.js";

export interface CqccOptions extends CqtOptions {
  /** Coefficients kept, 1..nLinear (default 20). */
  nCqcc?: number;
  /** Points of the linear frequency axis, ≥ 2 (default nBins). */
  nLinear?: number;
}

/**
 * Constant-Q cepstral coefficients: the logarithm of a constant-Q spectrum, read off at even steps of frequency, through a cosine transform.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options as {@link cqt}; for spoof detection many bins an octave (96) over nine octaves are usual
 * @returns frames × nCqcc
 * @throws RangeError as {@link cqt}, or if nCqcc > nLinear
 * Source: Todisco, Delgado & Evans 2016; interpolated linearly.
 */
export function cqcc(samples: Float32Array, options: CqccOptions): Matrix {
  const { nCqcc = 20, nBins = 84, nLinear = nBins } = options;
  requireInteger("cqcc", "nLinear", nLinear, 2, 1e6);
  requireInteger("cqcc", "nCqcc", nCqcc, 1, nLinear, "nLinear");
  const { re, im } = cqt(samples, options);
  const frequencies = cqtFrequencies(options);
  const even = createMatrix(re.rows, nLinear);
  const width = (frequencies[nBins - 1] - frequencies[0]) / (nLinear - 1);
  const log = new Float64Array(nBins);
  for (let t = 0; t < re.rows; t++) {
    for (let k = 0; k < nBins; k++) {
      log[k] = Math.log(Math.max(1e-10, re.data[t * nBins + k] ** 2 + im.data[t * nBins + k] ** 2));
    }
    for (let i = 0, k = 0; i < nLinear; i++) {
      const hz = frequencies[0] + i * width;
      while (k + 2 < nBins && frequencies[k + 1] < hz) k++;
      const share = (hz - frequencies[k]) / (frequencies[k + 1] - frequencies[k]);
      even.data[t * nLinear + i] = log[k] + share * (log[k + 1] - log[k]);
    }
  }
  return dct(even, { count: nCqcc });
}
