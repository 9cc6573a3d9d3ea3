import { frameWindow, type ResolvedStft } from "../core/analysis.js";
import { readFrame } from "../core/frame.js";
import type { Arena } from "./arena.js";
import type { Kernels } from "./instance.js";
import { placeSingle } from "./single.js";
import { placeTransform } from "./transformTables.js";

/** Frames of a signal, a block at a time, as the kernels read them. */
export interface FrameBlock {
  /** Groups of four frames that a block holds. */
  groups: number;
  /** Where they lie: each begins a hop after the other. */
  input: number;
  /** Hands the tables to the kernels; `spectrum` is room for (bins + 4) × 32 bytes. */
  attach(kernels: Kernels, spectrum: number, root: boolean): void;
  /** Hands them over once more, when other frames used the kernels meanwhile. */
  use(): void;
  /**
   * Fills the block with `count` frames from `start` on and zeros behind them; 1 or more when a sample is not finite, else 0. Unprobed, always 0.
   */
  load(samples: Float32Array, start: number, count: number, probed?: boolean): number;
}

/** Numbers that a block holds: it should stay in the second-level cache. */
const blockSamples = 16384;

export interface FrameBlockOptions {
  /** Numbers of output a frame, which limit the block too. */
  rowNumbers: number;
  /** Longest transform that shares the work space (default nFft). */
  longest?: number;
  /** Transform frames one by one instead of four side by side (default false). */
  single?: boolean;
}

export function placeFrames(
  arena: Arena,
  stft: ResolvedStft,
  { rowNumbers, longest = stft.nFft, single = false }: FrameBlockOptions,
): FrameBlock {
  const { nFft, hopLength, padMode } = stft;
  // Frames that do not overlap lie side by side in the block, so that it stays small.
  const stride = Math.min(hopLength, nFft);
  const groups = Math.max(1, Math.floor(blockSamples / 4 / Math.max(stride, rowNumbers)));
  const alone = single ? placeSingle(arena, nFft) : undefined;
  const tables = alone ?? placeTransform(arena, nFft, { longest });
  const powers = single ? arena.reserve(16 * (nFft / 2 + 4)) : 0;
  const window = arena.place(frameWindow(stft).map((v) => v / 2));
  const capacity = (4 * groups - 1) * stride + nFft;
  const input = arena.reserve(4 * capacity);
  let view = new Float32Array(0);
  let probe: Kernels["probe"];
  let use = () => {};
  const { n, stages, count, first, split, x, y } = tables;
  return {
    groups,
    input,
    use: () => use(),
    attach(kernels, spectrum, root) {
      use = () => {
        kernels.setTransform(n, stages, count, first, split, x, y);
        kernels.setFrames(input, stride * 4, window, spectrum, root ? 1 : 0);
      };
      use();
      if (alone) kernels.setSingle(alone.cross, powers);
      view = new Float32Array(kernels.memory.buffer, input, capacity);
      probe = kernels.probe;
    },
    load(samples, start, count, probed = true) {
      const used = (4 * Math.ceil(count / 4) - 1) * stride + nFft;
      let length = (count - 1) * stride + nFft;
      if (stride < hopLength) {
        length = count * nFft;
        for (let t = 0; t < count; t++) {
          readFrame(samples, start + t * hopLength, view.subarray(t * nFft, (t + 1) * nFft), padMode);
        }
      } else if (start < 0 || start + length > samples.length) {
        readFrame(samples, start, view.subarray(0, length), padMode);
      } else if (length > 4096) {
        view.set(samples.subarray(start, start + length));
      } else {
        // `set` needs a view, which is garbage: short blocks, as streams have them, are copied by hand.
        for (let i = 0; i < length; i++) view[i] = samples[start + i];
      }
      view.fill(0, length, used);
      return probed ? probe(input, used) : 0;
    },
  };
}
