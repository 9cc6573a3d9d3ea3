import type { RowPlan, SpectralKernel } from "../features/rowKernel.js";
import { createArena } from "./arena.js";
import { placeFrames } from "./frameBlock.js";
import { createKernels } from "./instance.js";
import { canTransformSingly } from "./single.js";
import { kernelCanTransform } from "./transformTables.js";

/** From this length on, four frames side by side no longer fit the first-level cache, and go one by one. */
const singleFrom = 2048;

/** The plan in WebAssembly, four frames at a time, or undefined where only plain TypeScript covers it. */
export function createSimdKernel(plan: RowPlan): SpectralKernel | undefined {
  const { stft, power, bank, decibel, dct } = plan;
  const { nFft, hopLength } = stft;
  if (!kernelCanTransform(nFft) || (power !== 1 && power !== 2) || (decibel && decibel.amin < 1e-30)) return undefined;
  const bins = nFft / 2 + 1;
  const width = bank ? bank.filters.length : bins;
  const cols = dct ? dct.count : width;
  const arena = createArena();
  const frames = placeFrames(arena, stft, {
    rowNumbers: Math.max(cols, dct ? width : 0),
    single: nFft >= singleFrom && canTransformSingly(nFft),
  });
  const { groups } = frames;
  const spectrum = arena.reserve((bins + 4) * 32);
  const output = arena.reserve(4 * (4 * groups * cols + 4));
  const max = arena.reserve(16);
  const rowsAt: number[] = [];
  const weights: number[] = [];
  for (const filter of bank?.filters ?? []) {
    const even = filter.weights.length + (filter.weights.length % 2);
    rowsAt.push(filter.start, even);
    weights.push(...filter.weights);
    if (even > filter.weights.length) weights.push(0);
  }
  const melRows = arena.place(rowsAt, "u32");
  const melWeights = arena.place(weights);
  const lm = arena.reserve(16 * width);
  const folding = dct ? foldTable(dct.table, dct.count, width) : undefined;
  const dctTable = arena.place(folding?.table ?? []);
  const fold = arena.reserve(16 * (width + 2));
  const levelsAt = dct && decibel ? arena.reserve(16 * width * groups) : 0;

  const kernels = createKernels(arena.size);
  if (!kernels) return undefined;
  arena.write(kernels.memory);
  frames.attach(kernels, spectrum, power === 1);
  if (bank) kernels.setMel(width, melRows, melWeights, lm);
  if (decibel) {
    kernels.setLog(decibel.amin, 10 / Math.LN10, 10 * Math.log10(Math.max(decibel.amin, decibel.ref)), max);
  }
  if (dct && folding) kernels.setDct(dct.count, dctTable, fold, folding.folded ? 1 : 0);
  const { buffer } = kernels.memory;
  const outView = new Float32Array(buffer, output, 4 * groups * cols);
  const maxView = new Float32Array(buffer, max, 4);
  const levelView = new Float32Array(buffer, levelsAt, levelsAt ? 4 * width * groups : 0);

  const pass = (lanes: boolean, samples: Float32Array, first: number, rows: number, out: Float32Array): number => {
    maxView.fill(Number.NEGATIVE_INFINITY);
    let probe = 0;
    for (let at = rows; at > 0; ) {
      const rest = at % 4;
      const count = rest || Math.min(4 * groups, at);
      const blocks = Math.ceil(count / 4);
      at -= count;
      probe += frames.load(samples, first + at * hopLength, count);
      if (lanes) {
        kernels.levels(blocks, levelsAt);
        copyOut(levelView, 4 * width * blocks, out, at * width);
      } else {
        kernels.features(blocks, output);
        copyOut(outView, count * cols, out, at * cols);
      }
      // Last rows go first and alone: lanes behind them see the end of the same samples, and must not say what is largest.
      if (rest) maxView.fill(Number.NEGATIVE_INFINITY, rest);
    }
    return probe;
  };

  return {
    cols,
    width,
    run: pass.bind(null, false),
    levels: pass.bind(null, true),
    levelCount: (rows) => 4 * Math.ceil(rows / 4) * width,
    max: () => Math.max(...maxView),
    clamp(levels, rows, floor, out) {
      for (let done = 0; done < rows; done += 4 * groups) {
        const count = Math.min(4 * groups, rows - done);
        const blocks = Math.ceil(count / 4);
        levelView.set(levels.subarray(done * width, done * width + 4 * width * blocks));
        kernels.clampedCosine(levelsAt, blocks, floor, output);
        copyOut(outView, count * cols, out, done * cols);
      }
    },
  };
}

function copyOut(view: Float32Array, length: number, out: Float32Array, at: number): void {
  if (length > 1024) out.set(view.length === length ? view : view.subarray(0, length), at);
  else for (let i = 0; i < length; i++) out[at + i] = view[i];
}

/**
 * Blocks of four rows, interleaved. Rows of a cosine transform are alternately even and odd about the middle: then half of the products do, on sums
 * and differences of mirrored inputs.
 */
function foldTable(table: Float64Array, count: number, n: number): { table: number[]; folded: boolean } {
  let folded = true;
  for (let c = 0; c < count; c++) {
    for (let m = 0; m < n; m++) {
      const mirrored = table[c * n + n - 1 - m] * (c % 2 === 0 ? 1 : -1);
      if (Math.abs(table[c * n + m] - mirrored) > 1e-9) folded = false;
    }
  }
  const half = folded ? (n + 1) >> 1 : n;
  const out: number[] = [];
  for (let block = 0; block < count; block += 4) {
    for (let m = 0; m < half; m++) {
      for (let c = block; c < block + 4; c++) out.push(c < count ? table[c * n + m] : 0);
    }
  }
  return { table: out, folded };
}
