import { createKernels, type Kernels } from "./instance.js";

/** Sums over consecutive parts of a signal in WebAssembly. */
export interface PartialSums {
  /**
   * Sums over `parts` parts of `size` samples from `at` on, into `out`. Returns 1 or more when one of them is not finite, else 0; undefined where this
   * host cannot.
   */
  squares(samples: Float32Array, at: number, parts: number, size: number, out: Float64Array): number | undefined;
  /** Sign changes in each part, a change at its first sample included; `at` ≥ 1. */
  signChanges(
    samples: Float32Array,
    at: number,
    parts: number,
    size: number,
    limit: number,
    out: Float64Array,
  ): number | undefined;
}

const inputAt = 4096;
const numbers = 16384;
const partsAtOnce = 1024;
const outputAt = inputAt + 4 * (numbers + 16);

let kernels: Kernels | undefined;
let input = new Float32Array(0);
let output = new Float64Array(0);

function ready(): Kernels | undefined {
  if (kernels) return kernels;
  kernels = createKernels(outputAt + 8 * partsAtOnce);
  if (!kernels) return undefined;
  input = new Float32Array(kernels.memory.buffer, inputAt, numbers + 8);
  output = new Float64Array(kernels.memory.buffer, outputAt, partsAtOnce);
  return kernels;
}

/** One instance serves all: it keeps nothing between calls. */
export const partialSums: PartialSums = {
  squares: (samples, at, parts, size, out) =>
    inBlocks(samples, at, parts, size, out, (k, count) => k.squareSums(inputAt + 16, count, size, outputAt)),
  signChanges: (samples, at, parts, size, limit, out) =>
    inBlocks(samples, at, parts, size, out, (k, count) => k.signChanges(inputAt + 16, count, size, limit, outputAt)),
};

function inBlocks(
  samples: Float32Array,
  at: number,
  parts: number,
  size: number,
  out: Float64Array,
  work: (kernels: Kernels, count: number) => void,
): number | undefined {
  // Tiny parts cost more in the call than in the sum; huge ones do not fit.
  if (size < 16 || size > numbers) return undefined;
  const k = ready();
  if (!k) return undefined;
  let probe = 0;
  const atOnce = Math.min(partsAtOnce, Math.floor(numbers / size));
  for (let done = 0; done < parts; done += atOnce) {
    const count = Math.min(atOnce, parts - done);
    const from = at + done * size;
    // Three numbers of room, the sample before, then the parts.
    input[3] = from > 0 ? samples[from - 1] : 0;
    if (count * size > 4096) input.set(samples.subarray(from, from + count * size), 4);
    else for (let i = 0; i < count * size; i++) input[4 + i] = samples[from + i];
    // Whole vectors are looked at: zeros fill the last.
    const vectors = (count * size + 3) & ~3;
    for (let i = count * size; i < vectors; i++) input[4 + i] = 0;
    probe += k.probe(inputAt + 16, vectors);
    work(k, count);
    for (let j = 0; j < count; j++) out[done + j] = output[j];
  }
  return probe;
}
