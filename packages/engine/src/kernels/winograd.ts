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

/** Bytes of transformed filters, in planes a cache line apart. */
export const winogradBytes = (g: Geometry): number => 36 * (32 * Math.ceil(g.outChannels / 8) * g.inChannels + 64);

/**
 * Transforms filters.
 *
 * @param flip they are those of the forward convolution whose input gradient this is
 */
export function winogradPack(
  { heap, pool }: EarshotBackend,
  { inChannels: C, outChannels: K }: Geometry,
  filters: number,
  flip: boolean,
  out: number,
): void {
  heap.withScratch(pool.threads * BUFFER, (buffers) => {
    pool.run("winogradFilters", C, Math.max(1, Math.ceil(4096 / K)), filters, C, K, flip ? 1 : 0, out, buffers);
  });
}

/**
 * y = conv(x, filters), by Winograd, from transformed filters.
 *
 * @param flags 2: ReLU
 */
export function winogradConvolve(
  { heap, pool }: EarshotBackend,
  g: Geometry,
  { x, packed, y, bias, flags }: { x: number; packed: number; y: number; bias: number; flags: number },
): void {
  const { inChannels: C, outChannels: K } = g;
  const block = blockOf(g);
  const scratchBytes = align(BUFFER + 36 * 4 * C + 36 * (4 * block * (C + K) + 128));
  heap.withScratch(pool.threads * scratchBytes, (scratch) => {
    const args = tileArgs(g, block);
    const blocks = Math.ceil(args[0] / block);
    pool.run("winogradConvolve", blocks, 1, x, packed, y, bias, flags, scratch, scratchBytes, ...args);
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
  const outBytes = 36 * (C * K * 4 + 64);
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
