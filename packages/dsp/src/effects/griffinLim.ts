import { requireInRange, requireInteger, requireMatrix, requireOneOf } from "../core/check.js";
import { type IstftOptions, istft } from "../core/istft.js";
import { createRng, type Rng } from "../core/random.js";
import { type StftOptions, stft } from "../core/stft.js";
import { type ComplexMatrix, createMatrix, type Matrix } from "../core/types.js";

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
  let previous: ComplexMatrix | undefined;
  for (let i = 0; i < nIter; i++) {
    const rebuilt = stft(audio, { ...framing, nFft });
    imposeMagnitudes(estimate, magnitudes.data, rebuilt, previous, momentum / (1 + momentum));
    previous = rebuilt;
    audio = istft(estimate, inverse);
  }
  return audio;
}

function startingPoint({ data, rows, cols }: Matrix, init: string, rng: Rng): ComplexMatrix {
  const re = createMatrix(rows, cols);
  const im = createMatrix(rows, cols);
  if (init === "zero") re.data.set(data);
  else {
    for (let i = 0; i < data.length; i++) {
      const angle = 2 * Math.PI * rng.next();
      re.data[i] = data[i] * Math.cos(angle);
      im.data[i] = data[i] * Math.sin(angle);
    }
  }
  return { re, im };
}

/** The phases of rebuilt − share·previous, with the magnitudes wanted. Frames that `rebuilt` lacks keep their phases. */
function imposeMagnitudes(
  out: ComplexMatrix,
  magnitudes: Float32Array,
  rebuilt: ComplexMatrix,
  previous: ComplexMatrix | undefined,
  share: number,
): void {
  const outRe = out.re.data;
  const outIm = out.im.data;
  const newRe = rebuilt.re.data;
  const newIm = rebuilt.im.data;
  const oldRe = previous?.re.data ?? newRe;
  const oldIm = previous?.im.data ?? newIm;
  const weight = previous ? share : 0;
  const count = Math.min(outRe.length, newRe.length);
  for (let i = 0; i < count; i++) {
    const a = newRe[i] - weight * oldRe[i];
    const b = newIm[i] - weight * oldIm[i];
    const scale = magnitudes[i] / (Math.sqrt(a * a + b * b) + tiny);
    outRe[i] = a * scale;
    outIm[i] = b * scale;
  }
}

const tiny = 2 ** -126;
