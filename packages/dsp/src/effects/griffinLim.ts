import { requireInRange, requireInteger, requireMatrix, requireOneOf } from "../core/check.js";
import { type IstftOptions, istft } from "../core/istft.js";
import { createRng, type Rng } from "../core/random.js";
import { resolveStft, type StftOptions, stft, stftFrames } from "../core/stft.js";
import { type ComplexMatrix, createMatrix, type Matrix } from "../core/types.js";
import { createSpectraKernel } from "../kernels/spectra.js";

export interface GriffinLimOptions extends StftOptions {
  /** Rounds, ≥ 0 (default 32). */
  nIter?: number;
  /** How far each round overshoots, in [0, 1]; 0 is the original algorithm (default 0.99). */
  momentum?: number;
  /** Phases to begin with: random (default), or all 0. */
  init?: "random" | "zero";
  /** Draws the random phases (default 0). */
  seed?: number | Rng;
  /** Samples wanted (default: what the frames cover). */
  length?: number;
}

/**
 * Audio for a magnitude spectrogram: finds phases that fit together, by the fast Griffin–Lim algorithm.
 *
 * @param magnitudes frames × (1 + ⌊nFft / 2⌋), ≥ 0, power 1 (librosa's transpose); not modified
 * @param options those of the `stft` that made it; nFft defaults to 2·(bins − 1)
 * @returns samples: hopLength·(frames − 1) when centred, or `length`
 * @throws RangeError if an option is out of range, or a magnitude is negative, NaN or ±∞
 * Source: Perraudin, Balazs & Søndergaard 2013. Equals librosa 0.11 `griffinlim(init=None)` after 8 rounds within 1e-3 of the peak.
 */
export function griffinLim(magnitudes: Matrix, options: GriffinLimOptions = {}): Float32Array {
  const { nIter = 32, momentum = 0.99, init = "random", seed = 0, length, ...framing } = options;
  requireMatrix("griffinLim", "magnitudes", magnitudes);
  requireInteger("griffinLim", "nIter", nIter, 0, 1e6);
  requireInRange("griffinLim", "momentum", momentum, 0, 1);
  requireOneOf("griffinLim", "init", init, ["random", "zero"]);
  const negative = magnitudes.data.findIndex((v) => v < 0);
  if (negative >= 0) {
    throw new RangeError(
      `griffinLim: magnitudes must be at least 0, got ${magnitudes.data[negative]} at index ${negative}; were these decibels?`,
    );
  }
  const { rows, cols } = magnitudes;
  const nFft = framing.nFft ?? Math.max(1, 2 * (cols - 1));
  const inverse: IstftOptions = { ...framing, nFft, length };
  const estimate = startingPoint(magnitudes, init, typeof seed === "number" ? createRng(seed) : seed);
  let audio = istft(estimate, inverse);
  if (rows === 0 || audio.length === 0) return audio;
  const analyse = createReusingStft({ ...framing, nFft });
  let rebuilt = emptySpectrum();
  let previous = emptySpectrum();
  for (let i = 0; i < nIter; i++) {
    rebuilt = analyse(audio, rebuilt);
    imposeMagnitudes(
      estimate,
      magnitudes.data,
      rebuilt,
      i > 0 ? previous : rebuilt,
      i > 0 ? momentum / (1 + momentum) : 0,
    );
    [rebuilt, previous] = [previous, rebuilt];
    audio = istft(estimate, inverse);
  }
  return audio;
}

const emptySpectrum = (): ComplexMatrix => ({ re: createMatrix(0, 0), im: createMatrix(0, 0) });

/** `stft` into a spectrum that is used again: fresh memory would cost more than the transforms. */
function createReusingStft(options: StftOptions): (samples: Float32Array, out: ComplexMatrix) => ComplexMatrix {
  const resolved = resolveStft("griffinLim", options);
  const kernel = createSpectraKernel(resolved);
  if (!kernel) return (samples) => stft(samples, options);
  return (samples, out) => {
    const { rows, first } = stftFrames("griffinLim", samples, resolved);
    const bins = 1 + resolved.nFft / 2;
    const target = out.re.rows === rows ? out : { re: createMatrix(rows, bins), im: createMatrix(rows, bins) };
    kernel.run(samples, first, target);
    return target;
  };
}

function startingPoint({ data, rows, cols }: Matrix, init: string, rng: Rng): ComplexMatrix {
  const re = createMatrix(rows, cols);
  const im = createMatrix(rows, cols);
  if (init === "zero") re.data.set(data);
  else {
    for (let i = 0; i < data.length; i++) {
      const at = Math.floor(rng.next() * directions);
      re.data[i] = data[i] * cosines[at];
      im.data[i] = data[i] * cosines[at + directions / 4];
    }
  }
  return { re, im };
}

/** Phases to draw from: as good a start as all there are, without a sine for each bin. */
const directions = 4096;
const cosines = Float64Array.from({ length: (directions * 5) / 4 }, (_, i) => Math.cos((2 * Math.PI * i) / directions));

/** The phases of rebuilt − share·previous, with the magnitudes wanted. Frames that `rebuilt` lacks keep their phases. */
function imposeMagnitudes(
  out: ComplexMatrix,
  magnitudes: Float32Array,
  rebuilt: ComplexMatrix,
  previous: ComplexMatrix,
  share: number,
): void {
  const outRe = out.re.data;
  const outIm = out.im.data;
  const newRe = rebuilt.re.data;
  const newIm = rebuilt.im.data;
  const oldRe = previous.re.data;
  const oldIm = previous.im.data;
  const count = Math.min(outRe.length, newRe.length);
  for (let i = 0; i < count; i++) {
    const a = newRe[i] - share * oldRe[i];
    const b = newIm[i] - share * oldIm[i];
    const scale = magnitudes[i] / (Math.sqrt(a * a + b * b) + tiny);
    outRe[i] = a * scale;
    outIm[i] = b * scale;
  }
}

const tiny = 2 ** -126;
