import type { ResolvedStft } from "../core/analysis.js";
import type { ComplexMatrix } from "../core/types.js";
import { createArena } from "./arena.js";
import { placeFrames } from "./frameBlock.js";
import { createKernels } from "./instance.js";
import { canTransformSingly } from "./single.js";
import { kernelCanTransform } from "./transformTables.js";

/** Complex spectra of frames in WebAssembly. */
export interface SpectraKernel {
  /** Fills `out`; NaN when a sample it read is not finite, or a sum of them overflows, else 0. */
  run(samples: Float32Array, first: number, out: ComplexMatrix): number;
}

export function createSpectraKernel(stft: ResolvedStft): SpectraKernel | undefined {
  const { nFft, hopLength } = stft;
  if (!kernelCanTransform(nFft)) return undefined;
  const bins = nFft / 2 + 1;
  // One by one, spectra come out as rows; four side by side they have to be transposed.
  const single = canTransformSingly(nFft);
  const arena = createArena();
  const frames = placeFrames(arena, stft, { rowNumbers: bins, single });
  const { groups } = frames;
  const spectrum = arena.reserve((bins + 4) * 32);
  const reAt = arena.reserve(16 * groups * bins);
  const imAt = arena.reserve(16 * groups * bins);
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  frames.attach(kernels, spectrum, false);
  const reView = new Float32Array(kernels.memory.buffer, reAt, 4 * groups * bins);
  const imView = new Float32Array(kernels.memory.buffer, imAt, 4 * groups * bins);
  return {
    run(samples, first, { re, im }) {
      let probe = 0;
      for (let done = 0; done < re.rows; done += 4 * groups) {
        const count = Math.min(4 * groups, re.rows - done);
        frames.load(samples, first + done * hopLength, count, false);
        if (single) kernels.singleSpectra(count, reAt, imAt);
        else kernels.spectra(Math.ceil(count / 4), reAt, imAt);
        // Bin 0 is the sum of a frame: what is not finite there, shows.
        for (let t = 0; t < count; t++) probe += reView[t * bins] * 0;
        const full = count === 4 * groups;
        re.data.set(full ? reView : reView.subarray(0, count * bins), done * bins);
        im.data.set(full ? imView : imView.subarray(0, count * bins), done * bins);
      }
      return probe;
    },
  };
}
