import { besselI0 } from "../core/window.js";
import { createArena } from "./arena.js";
import { createKernels } from "./instance.js";
import { createRefitKernel, type RefitKernel } from "./refit.js";

export interface FractionalOptions {
  from: number;
  to: number;
  /** Half of the filter's length in samples of the lower rate. */
  halfWidth: number;
  /** The filter at a distance from its centre in samples of the lower rate; its integral is 1. */
  filter: (distance: number) => number;
}

/** Rows of the table, as the kernel knows; linear interpolation between them is exact to −125 dB. */
const phases = 1024;
const taps = 16;
const before = taps / 2 - 1;
/** Samples of the doubled signal in memory at a time, and of output made of them. */
const span = 16384;

/**
 * Any ratio: the signal is filtered and doubled in rate by blocks of spectra; then no image lies near its band, and sixteen taps interpolate it.
 */
export function createFractionalKernel({ from, to, halfWidth, filter }: FractionalOptions): RefitKernel | undefined {
  const ratio = Math.min(1, to / from);
  const doubling = createRefitKernel({
    up: 2,
    down: 1,
    halfWidth: Math.ceil(halfWidth / ratio),
    filter: (u) => ratio * filter(u * ratio),
  });
  if (!doubling) return undefined;
  const arena = createArena();
  const table = arena.place(shortKernel());
  const input = arena.reserve(4 * (span + taps));
  const step = (2 * from) / to;
  const capacity = Math.ceil(span / step) + 2;
  const output = arena.reserve(4 * capacity);
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  const { buffer } = kernels.memory;
  const doubled = new Float32Array(buffer, input, span + taps);
  const made = new Float32Array(buffer, output, capacity);
  const { grain } = doubling;
  // A whole number of the doubling's own blocks, if possible of four, which it works on at a time.
  const blocks = Math.floor(span / grain);
  const staged = new Float32Array(grain * (blocks >= 4 ? blocks - (blocks % 4) : blocks));
  if (staged.length < 2 * grain) return undefined;
  return {
    grain: 1,
    run(samples, out) {
      let probe = 0;
      for (let done = 0; done < out.length; ) {
        // The filter rings before the signal begins: the first block lies before it.
        const origin = grain * Math.floor((done * step - before) / grain);
        probe += doubling.run(samples, staged, origin / grain);
        doubled.set(staged);
        // The last position whose taps are all there.
        const reach = origin + staged.length - (taps - before);
        const count = Math.min(out.length - done, capacity, Math.floor((reach - done * step) / step) + 1);
        const start = done * step - origin;
        kernels.interpolate(input, start, step, count, table, output);
        out.set(count === made.length ? made : made.subarray(0, count), done);
        done += count;
      }
      return probe;
    },
  };
}

/**
 * Windowed sinc of sixteen taps, flat to half the Nyquist frequency of the doubled signal and −110 dB from three halves of it on: `phases` + 1 rows,
 * the first for a position on a sample.
 */
function shortKernel(): Float64Array {
  if (shared) return shared;
  const beta = 0.1102 * (110 - 8.7);
  const table = new Float64Array((phases + 1) * taps);
  for (let row = 0; row <= phases; row++) {
    for (let k = 0; k < taps; k++) {
      const u = k - before - row / phases;
      const inside = Math.max(0, 1 - (u / (taps / 2)) ** 2);
      const sinc = u === 0 ? 1 : Math.sin(Math.PI * u) / (Math.PI * u);
      table[row * taps + k] = sinc * (besselI0(beta * Math.sqrt(inside)) / besselI0(beta));
    }
  }
  shared = table;
  return table;
}

/** The same for all ratios, and dearer than resampling a short clip. */
let shared: Float64Array | undefined;
