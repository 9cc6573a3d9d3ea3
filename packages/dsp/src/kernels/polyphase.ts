import { createArena } from "./arena.js";
import { createKernels } from "./instance.js";

/** Some output samples of a resampled signal in WebAssembly. */
export interface PolyphaseKernel {
  /**
   * Output samples i, …, i + count − 1 into `out`, of the signal whose sample at time t lies at buffer[t − origin], for t in [max(origin, 0), end),
   * and is 0 elsewhere.
   */
  run(buffer: Float32Array, origin: number, end: number, i: number, count: number, out: Float32Array): void;
}

export interface PolyphaseOptions {
  up: number;
  down: number;
  /** Taps on either side of an output sample. */
  reach: number;
  /** Filters, 2·reach numbers a phase. */
  table: Float64Array;
}

/** Samples of input in memory at a time, beside the filter's own. */
const span = 8192;

export function createPolyphaseKernel({ up, down, reach, table }: PolyphaseOptions): PolyphaseKernel | undefined {
  const taps = 4 * Math.ceil(reach / 2);
  const rows = new Float32Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    rows.set(table.subarray(phase * 2 * reach, (phase + 1) * 2 * reach), phase * taps);
  }
  const arena = createArena();
  const tableAt = arena.place(rows);
  const input = arena.reserve(4 * (span + taps));
  const atOnce = Math.max(1, Math.floor((span * up) / down) - 1);
  const output = arena.reserve(4 * atOnce);
  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  const samples = new Float32Array(kernels.memory.buffer, input, span + taps);
  const made = new Float32Array(kernels.memory.buffer, output, atOnce);
  return {
    run(buffer, origin, end, i, count, out) {
      for (let done = 0; done < count; done += atOnce) {
        const n = Math.min(atOnce, count - done);
        const step = (i + done) * down;
        const first = Math.floor(step / up) - reach + 1;
        const length = Math.floor((step + (n - 1) * down) / up) + reach + 1 - first;
        const from = Math.min(length, Math.max(0, origin - first, -first));
        const to = Math.max(from, Math.min(length, end - first));
        for (let t = 0; t < from; t++) samples[t] = 0;
        for (let t = from; t < to; t++) samples[t] = buffer[first - origin + t];
        for (let t = to; t < length + taps - 2 * reach; t++) samples[t] = 0;
        kernels.polyphase(input, n, step % up, up, down, taps, tableAt, output);
        for (let t = 0; t < n; t++) out[done + t] = made[t];
      }
    },
  };
}
