import { frameWindow, type ResolvedStft } from "../core/analysis.js";
import type { OverlapGain } from "../core/overlapGain.js";
import type { Matrix } from "../core/types.js";
import { createArena } from "./arena.js";
import { createKernels } from "./instance.js";
import { canTransformSingly, placeSingle } from "./single.js";
import { kernelCanTransform, placeTransform } from "./transformTables.js";

/** The rounds of Griffin and Lim's algorithm in WebAssembly, with spectra and audio in its memory throughout. */
export interface GriffinLimKernel {
  /** Where the first estimate goes: frames × bins each. */
  re: Float32Array;
  im: Float32Array;
  /** Runs the rounds and returns the audio. */
  run(rounds: number, share: number): Float32Array;
}

/** WebAssembly addresses end at 4 GB; half of it leaves room to grow. */
const mostBytes = 2 ** 31;

/**
 * @param length samples of the audio; frame 0 begins `skip` samples before it
 * @returns undefined where there is no SIMD, or the length, padding or size is not covered
 */
export function createGriffinLimKernel(
  stft: ResolvedStft,
  magnitudes: Matrix,
  length: number,
  skip: number,
  gain: OverlapGain,
): GriffinLimKernel | undefined {
  const { nFft, hopLength, padMode, center } = stft;
  const { rows, cols } = magnitudes;
  const groups = Math.ceil(rows / 4);
  const count = 4 * groups * cols;
  const padded = Math.max((4 * groups - 1) * hopLength + nFft, skip + length);
  if (!kernelCanTransform(nFft) || hopLength > nFft || (center && padMode !== "constant")) return undefined;
  if (4 * (5 * count + 2 * padded) > mostBytes) return undefined;

  const arena = createArena();
  const alone = canTransformSingly(nFft) ? placeSingle(arena, nFft) : undefined;
  const forward = alone ?? placeTransform(arena, nFft);
  const inverse = placeTransform(arena, nFft, { separate: true });
  const window = frameWindow(stft);
  const windowAt = arena.place(window.map((v) => v / 2));
  // The inverse transform gives nFft times the samples.
  const scaledAt = arena.place(window.map((v) => v / nFft));
  const spectrum = arena.reserve((cols + 4) * 32);
  const magnitudeAt = arena.reserve(4 * count);
  const pairs = [0, 1].map(() => ({ re: arena.reserve(4 * count), im: arena.reserve(4 * count) }));
  const audioAt = arena.reserve(4 * padded + 16);
  const gainAt = arena.reserve(4 * padded + 16);
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  if (alone) kernels.setSingle(alone.cross, 0);
  const { buffer } = kernels.memory;
  new Float32Array(buffer, magnitudeAt, count).set(magnitudes.data);
  // Outside of the signal the gain stays 0: what frames leave there is silence again.
  const gains = new Float32Array(buffer, gainAt, padded);
  for (let i = 0; i < length; i++) gains[skip + i] = gain.at(skip + i, rows);
  const audio = new Float32Array(buffer, audioAt, padded);

  const synthesise = ({ re, im }: { re: number; im: number }): void => {
    audio.fill(0);
    kernels.setTransform(nFft, inverse.stages, inverse.count, 0, inverse.split, inverse.x, inverse.y);
    kernels.setInverse(nFft, inverse.stages, inverse.count, inverse.split, 0);
    kernels.setFrames(audioAt, hopLength * 4, scaledAt, spectrum, 0);
    kernels.overlapAdd(groups, re, im, audioAt);
    kernels.scale(audioAt, gainAt, (padded + 3) & ~3);
  };
  const analyse = ({ re, im }: { re: number; im: number }): void => {
    const { n, stages, count, first, split, x, y } = forward;
    kernels.setTransform(n, stages, count, first, split, x, y);
    kernels.setFrames(audioAt, hopLength * 4, windowAt, spectrum, 0);
    if (alone) kernels.singleSpectra(4 * groups, re, im);
    else kernels.spectra(groups, re, im);
  };
  return {
    re: new Float32Array(buffer, pairs[0].re, rows * cols),
    im: new Float32Array(buffer, pairs[0].im, rows * cols),
    run(rounds, share) {
      let [estimate, other] = pairs;
      synthesise(estimate);
      for (let i = 0; i < rounds; i++) {
        if (i === 0) {
          // No rebuilt spectrum came before: the estimate's room takes the place of the old one, with no share.
          analyse(other);
          kernels.impose(count, magnitudeAt, other.re, other.im, estimate.re, estimate.im, 0);
        } else {
          analyse(estimate);
          kernels.impose(count, magnitudeAt, estimate.re, estimate.im, other.re, other.im, share);
          [estimate, other] = [other, estimate];
        }
        synthesise(estimate);
      }
      return audio.slice(skip, skip + length);
    },
  };
}
