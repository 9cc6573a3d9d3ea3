import { frameWindow, type ResolvedStft } from "../core/analysis.js";
import { createArena } from "./arena.js";
import { placeFrames } from "./frameBlock.js";
import { createKernels } from "./instance.js";
import { canTransformSingly } from "./single.js";
import { kernelCanTransform, placeTransform } from "./transformTables.js";

/** Frames of a signal to spectra, through a phase vocoder, and back to samples: a block at a time, with everything in one place. */
export interface FrameKernel {
  /** Frames that fit at a time. */
  readonly capacity: number;
  /** Spectra of `count` frames from `start` on become rows 1..count, the last row there was becomes row 0; without samples, they are silent. */
  analyse(samples: Float32Array | null, start: number, count: number): void;
  /** The vocoder takes the phases of a row. */
  begin(row: number): void;
  /** Waiting frame `slot` is made `share` of the way from a row to the next; then the phases turn by what lies between the two. */
  turn(row: number, share: number, slot: number): void;
  /** Waiting frames, capacity × bins. */
  readonly re: Float32Array;
  readonly im: Float32Array;
  /**
   * Adds the first `count` waiting frames, a multiple of 4 unless they are the last, with the steady gain of overlapping windows; those behind them
   * move up. Returns how many samples of `sum` are complete now; they are gone with the next call.
   */
  add(count: number, last: boolean): number;
  readonly sum: Float32Array;
  reset(): void;
}

/**
 * In WebAssembly.
 *
 * @param gain one number for each sample of a hop
 * @returns undefined on hosts without SIMD, and for lengths that it does not cover
 */
export function createFrameKernel(stft: ResolvedStft, gain: Float64Array): FrameKernel | undefined {
  const { nFft, hopLength } = stft;
  if (!kernelCanTransform(nFft) || hopLength > nFft) return undefined;
  const bins = nFft / 2 + 1;
  const arena = createArena();
  const single = canTransformSingly(nFft);
  const frames = placeFrames(arena, stft, { rowNumbers: bins, single });
  const { groups } = frames;
  const capacity = 4 * groups;
  const tables = placeTransform(arena, nFft, { separate: true });
  const weights = frameWindow(stft);
  const window = arena.place(weights.map((v) => v / nFft));
  const spectrum = arena.reserve((bins + 4) * 32);
  const rowBytes = 4 * bins;
  const [reAt, imAt] = [0, 1].map(() => arena.reserve((capacity + 4) * rowBytes));
  const [outReAt, outImAt] = [0, 1].map(() => arena.reserve((capacity + 1) * rowBytes));
  const padded = (bins + 3) & ~3;
  const [cosAt, sinAt] = [0, 1].map(() => arena.reserve(4 * padded));
  const tail = nFft - hopLength;
  const sumLength = capacity * hopLength + tail;
  const sumAt = arena.reserve(4 * sumLength);
  const gainAt = arena.place(Float64Array.from({ length: sumLength }, (_, i) => gain[i % hopLength]));
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  const view = (at: number, length: number) => new Float32Array(kernels.memory.buffer, at, length);
  const rowsRe = view(reAt, (capacity + 1) * bins);
  const rowsIm = view(imAt, (capacity + 1) * bins);
  const re = view(outReAt, capacity * bins);
  const im = view(outImAt, capacity * bins);
  const cos = view(cosAt, bins);
  const sin = view(sinAt, bins);
  const sum = view(sumAt, sumLength);
  frames.attach(kernels, spectrum, false);
  kernels.setInverse(nFft, tables.stages, tables.count, tables.split, 0);
  let rows = 0;
  let spent = 0;
  return {
    capacity,
    re,
    im,
    sum,
    analyse(samples, start, count) {
      rowsRe.copyWithin(0, rows * bins, (rows + 1) * bins);
      rowsIm.copyWithin(0, rows * bins, (rows + 1) * bins);
      rows = count;
      if (!samples) {
        rowsRe.fill(0, bins);
        rowsIm.fill(0, bins);
        return;
      }
      frames.use();
      frames.load(samples, start, count);
      if (single) kernels.singleSpectra(count, reAt + rowBytes, imAt + rowBytes);
      else kernels.spectra(Math.ceil(count / 4), reAt + rowBytes, imAt + rowBytes);
    },
    begin(row) {
      for (let k = 0, at = row * bins; k < bins; k++, at++) {
        const size = Math.hypot(rowsRe[at], rowsIm[at]);
        cos[k] = size > 0 ? rowsRe[at] / size : 1;
        sin[k] = size > 0 ? rowsIm[at] / size : 0;
      }
    },
    turn(row, share, slot) {
      const a = row * rowBytes;
      const b = a + rowBytes;
      const out = slot * rowBytes;
      kernels.vocode(padded, reAt + a, imAt + a, reAt + b, imAt + b, cosAt, sinAt, share, outReAt + out, outImAt + out);
    },
    add(count, last) {
      sum.copyWithin(0, spent, spent + tail);
      sum.fill(0, tail);
      const fours = Math.ceil(count / 4);
      if (count > 0) {
        if (last) {
          re.fill(0, count * bins, 4 * fours * bins);
          im.fill(0, count * bins, 4 * fours * bins);
        }
        kernels.setTransform(nFft, tables.stages, tables.count, 0, tables.split, tables.x, tables.y);
        kernels.setFrames(0, hopLength * 4, window, spectrum, 0);
        kernels.overlapAdd(fours, outReAt, outImAt, sumAt);
        re.copyWithin(0, count * bins);
        im.copyWithin(0, count * bins);
      }
      spent = count * hopLength + (last ? tail : 0);
      kernels.scale(sumAt, gainAt, (spent + 3) & ~3);
      if (last) spent = Math.max(0, spent);
      return spent;
    },
    reset() {
      sum.fill(0);
      rows = 0;
      spent = 0;
    },
  };
}
