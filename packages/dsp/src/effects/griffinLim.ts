import { requireInRange, requireInteger, requireMatrix, requireOneOf } from "../core/check.js";
import { type IstftOptions, istft } from "../core/istft.js";
import { overlapGain } from "../core/overlapGain.js";
import { createRng, type Rng } from "../core/random.js";
import { frameWindow, type ResolvedStft, resolveStft, type StftOptions, stft } from "../core/stft.js";
import { type ComplexMatrix, createMatrix, type Matrix } from "../core/types.js";
import { createGriffinLimKernel } from "../kernels/griffinLim.js";
import { requireNonNegative } from "./nonNegative.js";

/** Options of {@link griffinLim}. */
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
  requireNonNegative("griffinLim", "magnitudes", magnitudes.data);
  const { rows, cols } = magnitudes;
  const nFft = framing.nFft ?? Math.max(1, 2 * (cols - 1));
  const resolved = resolveStft("griffinLim", { ...framing, nFft });
  if (cols !== 1 + Math.floor(nFft / 2)) {
    throw new RangeError(
      `griffinLim: nFft = ${nFft} needs magnitudes with ${1 + Math.floor(nFft / 2)} columns, got ${cols}.`,
    );
  }
  if (length !== undefined) requireInteger("griffinLim", "length", length, 0);
  const skip = resolved.center ? Math.floor(nFft / 2) : 0;
  const covered = rows === 0 ? 0 : nFft + resolved.hopLength * (rows - 1);
  const size = length ?? Math.max(0, covered - 2 * skip);
  const rng = typeof seed === "number" ? createRng(seed) : seed;
  const share = momentum / (1 + momentum);
  const gain = overlapGain(frameWindow(resolved), resolved.hopLength);
  const kernel = size > 0 && rows > 0 ? createGriffinLimKernel(resolved, magnitudes, size, skip, gain) : undefined;
  if (!kernel) return plainRounds(magnitudes, resolved, { nIter, share, init, rng, length: size });
  drawPhases(magnitudes.data, init, rng, kernel.re, kernel.im);
  return kernel.run(nIter, share);
}

interface Rounds {
  nIter: number;
  share: number;
  init: string;
  rng: Rng;
  length: number;
}

/** The same with `stft` and `istft`, for every length, padding and host. */
function plainRounds(
  magnitudes: Matrix,
  stftOptions: ResolvedStft,
  { nIter, share, init, rng, length }: Rounds,
): Float32Array {
  const { rows, cols, data } = magnitudes;
  const estimate = { re: createMatrix(rows, cols), im: createMatrix(rows, cols) };
  drawPhases(data, init, rng, estimate.re.data, estimate.im.data);
  const inverse: IstftOptions = { ...stftOptions, length };
  let audio = istft(estimate, inverse);
  if (rows === 0 || audio.length === 0) return audio;
  let previous: ComplexMatrix | undefined;
  for (let i = 0; i < nIter; i++) {
    const rebuilt = stft(audio, stftOptions);
    imposeMagnitudes(estimate, data, rebuilt, previous ?? rebuilt, previous ? share : 0);
    previous = rebuilt;
    audio = istft(estimate, inverse);
  }
  return audio;
}

function drawPhases(magnitudes: Float32Array, init: string, rng: Rng, re: Float32Array, im: Float32Array): void {
  if (init === "zero") {
    re.set(magnitudes);
    return;
  }
  for (let i = 0; i < magnitudes.length; i++) {
    const at = Math.floor(rng.next() * directions);
    re[i] = magnitudes[i] * cosines[at];
    im[i] = magnitudes[i] * cosines[at + directions / 4];
  }
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
