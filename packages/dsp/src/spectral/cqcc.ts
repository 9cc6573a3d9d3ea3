import { requireInteger } from "../core/check.js";
import { dctTable } from "../core/dct.js";
import { createRowBuffer } from "../core/rowStream.js";
import type { FrameStream } from "../core/stream.js";
import { type ComplexMatrix, createMatrix, type Matrix } from "../core/types.js";
import { type CqtOptions, cqtFrequencies, cqtRows, cqtStream, eachCqtBlock, planOctaves } from "./cqt.js";

/** Options of {@link cqcc} and {@link cqccStream}. */
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
 * @see cqccStream for chunks
 * Source: Todisco, Delgado & Evans 2016; interpolated linearly.
 */
export function cqcc(samples: Float32Array, options: CqccOptions): Matrix {
  const cepstra = createCepstra("cqcc", options);
  const out = createMatrix(cqtRows("cqcc", samples, options), cepstra.cols);
  let done = 0;
  eachCqtBlock("cqcc", samples, options, (spectrum) => {
    cepstra.run(spectrum, out.data, done * cepstra.cols);
    done += spectrum.re.rows;
  });
  return out;
}

/** Streaming twin of {@link cqcc}: the same rows for any chunking. It takes padMode "constant" or "edge". */
export function cqccStream(options: CqccOptions): FrameStream {
  const { cols, run } = createCepstra("cqccStream", options);
  const spectra = cqtStream(options);
  const rowsOf = createRowBuffer(cols);
  const computed = (spectrum: ComplexMatrix): Matrix => {
    const out = rowsOf(spectrum.re.rows);
    run(spectrum, out.data, 0);
    return out;
  };
  return {
    process: (chunk) => computed(spectra.process(chunk)),
    flush: () => computed(spectra.flush()),
    reset: spectra.reset,
  };
}

/** Fills defaults and checks. */
export function checkCqcc(fn: string, options: CqccOptions) {
  const { nCqcc = 20, nBins = 84, nLinear = nBins } = options;
  planOctaves(fn, options);
  requireInteger(fn, "nLinear", nLinear, 2, 1e6);
  requireInteger(fn, "nCqcc", nCqcc, 1, nLinear, "nLinear");
  return { nCqcc, nBins, nLinear };
}

function createCepstra(fn: string, options: CqccOptions) {
  const { nCqcc, nBins, nLinear } = checkCqcc(fn, options);
  const frequencies = cqtFrequencies(options);
  const width = (frequencies[nBins - 1] - frequencies[0]) / (nLinear - 1);
  const table = dctTable(fn, nLinear, { type: 2, norm: "ortho", count: nCqcc });
  const log = new Float64Array(nBins);
  const even = new Float64Array(nLinear);
  return {
    cols: nCqcc,
    run({ re, im }: ComplexMatrix, out: Float32Array, at: number): void {
      for (let t = 0; t < re.rows; t++) {
        for (let k = 0; k < nBins; k++) {
          log[k] = Math.log(Math.max(1e-10, re.data[t * nBins + k] ** 2 + im.data[t * nBins + k] ** 2));
        }
        for (let i = 0, k = 0; i < nLinear; i++) {
          const hz = frequencies[0] + i * width;
          while (k + 2 < nBins && frequencies[k + 1] < hz) k++;
          even[i] = log[k] + ((hz - frequencies[k]) / (frequencies[k + 1] - frequencies[k])) * (log[k + 1] - log[k]);
        }
        for (let c = 0; c < nCqcc; c++) {
          let sum = 0;
          for (let i = 0; i < nLinear; i++) sum += table[c * nLinear + i] * even[i];
          out[at + t * nCqcc + c] = sum;
        }
      }
    },
  };
}
