import { frameWindow, type ResolvedStft } from "../core/analysis.js";
import type { ComplexMatrix } from "../core/types.js";
import { createArena } from "./arena.js";
import { createKernels } from "./instance.js";
import { kernelCanTransform, placeTransform } from "./transformTables.js";

/** Inverse transforms, windows and overlap-add in WebAssembly. */
export interface OverlapAddKernel {
  /**
   * Sums of windowed frames, times the gain of their place in the hop: sample `skip` of them is out[0]; `rows` frames are used.
   * Returns 1 or more when a sum is not finite, else 0.
   */
  run(spectrum: ComplexMatrix, rows: number, skip: number, out: Float32Array): number;
}

const blockNumbers = 16384;

/** @param gain one number for each sample of a hop */
export function createOverlapAddKernel(stft: ResolvedStft, gain: Float64Array): OverlapAddKernel | undefined {
  const { nFft, hopLength } = stft;
  if (!kernelCanTransform(nFft) || hopLength > nFft) return undefined;
  const bins = nFft / 2 + 1;
  const groups = Math.max(1, Math.floor(blockNumbers / 4 / bins));
  const arena = createArena();
  const tables = placeTransform(arena, nFft, { separate: true });
  // The inverse transform gives nFft times the samples.
  const window = arena.place(frameWindow(stft).map((v) => v / nFft));
  const spectrum = arena.reserve((bins + 4) * 32);
  const reAt = arena.reserve(16 * groups * bins + 16);
  const imAt = arena.reserve(16 * groups * bins + 16);
  const sumLength = (4 * groups - 1) * hopLength + nFft;
  const sumAt = arena.reserve(4 * sumLength);
  const gainAt = arena.place(Float64Array.from({ length: sumLength }, (_, i) => gain[i % hopLength]));
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  kernels.setTransform(nFft, tables.stages, tables.count, 0, tables.split, tables.x, tables.y);
  kernels.setInverse(nFft, tables.stages, tables.count, tables.split, 0);
  kernels.setFrames(0, hopLength * 4, window, spectrum, 0);
  const { buffer } = kernels.memory;
  const reView = new Float32Array(buffer, reAt, 4 * groups * bins);
  const imView = new Float32Array(buffer, imAt, 4 * groups * bins);
  const sum = new Float32Array(buffer, sumAt, sumLength);
  const tail = nFft - hopLength;
  return {
    run({ re, im }, rows, skip, out) {
      sum.fill(0);
      let probe = 0;
      for (let done = 0; done < rows; done += 4 * groups) {
        const count = Math.min(4 * groups, rows - done);
        reView.set(re.data.subarray(done * bins, (done + count) * bins));
        imView.set(im.data.subarray(done * bins, (done + count) * bins));
        if (count < 4 * groups) {
          reView.fill(0, count * bins);
          imView.fill(0, count * bins);
        }
        kernels.overlapAdd(Math.ceil(count / 4), reAt, imAt, sumAt);
        // All frames of a full block are past its first part; the last block gives what it has.
        const last = done + count >= rows;
        const ready = last ? (count - 1) * hopLength + nFft : count * hopLength;
        kernels.scale(sumAt, gainAt, (ready + 3) & ~3);
        probe += kernels.probe(sumAt, (ready + 3) & ~3);
        const at = done * hopLength - skip;
        const from = Math.max(0, -at);
        const to = Math.min(ready, out.length - at);
        if (to > from) out.set(sum.subarray(from, to), at + from);
        sum.copyWithin(0, ready, ready + tail);
        sum.fill(0, tail);
      }
      return probe;
    },
  };
}
