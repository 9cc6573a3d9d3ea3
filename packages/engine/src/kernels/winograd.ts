import type { EarshotBackend } from "../backend/backend.js";
import type { Geometry } from "./geometry.js";

/** Bytes of transformed tiles a thread keeps at hand: a share of its second-level cache. */
const CACHE = 640 * 1024;
/** 36 vectors of four numbers. */
const BUFFER = 36 * 16;

/** Whether tiles of 4×4 pay: 3×3, stride 1, whole vectors of channels, and not mostly border. */
export function winogradFits(g: Geometry): boolean {
  const plain =
    g.filterHeight === 3 &&
    g.filterWidth === 3 &&
    g.strideHeight * g.strideWidth * g.dilationHeight * g.dilationWidth === 1;
  if (!plain || g.inChannels % 4 || g.outChannels % 4 || g.inChannels < 8 || g.outChannels < 8) return false;
  const { rows, columns } = tilesOf(g);
  return g.outHeight * g.outWidth * 2 >= rows * columns * 16;
}

const tilesOf = (g: Geometry) => ({ rows: Math.ceil(g.outHeight / 4), columns: Math.ceil(g.outWidth / 4) });

const blockOf = (g: Geometry): number =>
  Math.min(32, Math.max(8, 4 * Math.floor(CACHE / (36 * 16 * (g.inChannels + g.outChannels)))));

/** What ends the arguments of both kernels. */
function tileArgs(g: Geometry, block: number): number[] {
  const { rows, columns } = tilesOf(g);
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padTop, padLeft } = g;
  return [
    ...[g.batch * rows * columns, block, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels],
    ...[padTop, padLeft, rows, columns],
  ];
}

/**
 * y = conv(x, filters), by Winograd.
 *
 * @param flip filters are those of the forward convolution whose input gradient this is
 * @param flags 2: ReLU
 */
export function winogradConvolve(
  { heap, pool }: EarshotBackend,
  g: Geometry,
  {
    x,
    filters,
    y,
    bias = 0,
    flags = 0,
    flip = false,
  }: {
    x: number;
    filters: number;
    y: number;
    bias?: number;
    flags?: number;
    flip?: boolean;
  },
): void {
  const { inChannels: C, outChannels: K } = g;
  const block = blockOf(g);
  const transformed = 36 * Math.ceil(K / 8) * C * 32;
  const scratchBytes = align(BUFFER + 36 * 4 * C + 36 * (4 * block * (C + K) + 128));
  heap.withScratch(transformed + pool.threads * (scratchBytes + BUFFER), (u) => {
    const scratch = u + transformed;
    const buffers = scratch + pool.threads * scratchBytes;
    pool.run("winogradFilters", C, Math.max(1, Math.ceil(4096 / K)), filters, C, K, flip ? 1 : 0, u, buffers);
    const args = tileArgs(g, block);
    pool.run("winogradConvolve", Math.ceil(args[0] / block), 1, x, u, y, bias, flags, scratch, scratchBytes, ...args);
  });
}

/** Filters' gradient [3, 3, C, K], by Winograd; the tiles are summed in a number of parts that depends on the sizes alone. */
export function winogradFilterGradient(
  { heap, pool }: EarshotBackend,
  g: Geometry,
  { x, dy, out }: { x: number; dy: number; out: number },
): void {
  const { inChannels: C, outChannels: K } = g;
  const block = blockOf(g);
  const args = tileArgs(g, block);
  const blocks = Math.ceil(args[0] / block);
  const outBytes = 36 * C * K * 4;
  const parts = Math.min(blocks, outBytes > 2 ** 20 ? 4 : 8);
  const per = Math.ceil(blocks / parts) * block;
  const count = Math.ceil(args[0] / per);
  const scratchBytes = align(BUFFER + 36 * 4 * Math.max(C, K) + 36 * (4 * block * (C + 8 * Math.ceil(K / 8)) + 128));
  heap.withScratch(count * outBytes + pool.threads * (scratchBytes + 2 * BUFFER), (sums) => {
    const scratch = sums + count * outBytes;
    const buffers = scratch + pool.threads * scratchBytes;
    pool.run("winogradFilterSums", count, 1, x, dy, sums, outBytes, per, scratch, scratchBytes, ...args);
    pool.run("winogradFilterGradient", C, Math.max(1, Math.ceil(4096 / K)), sums, count, outBytes, C, K, out, buffers);
  });
}

const align = (bytes: number): number => 64 * Math.ceil(bytes / 64);
