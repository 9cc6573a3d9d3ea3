import { type Tensor, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, defineGradient, runKernel } from "./override.js";

const RELU = 2;
/** Bytes of transformed tiles a thread keeps at hand: a share of its second-level cache. */
const CACHE = 384 * 1024;
const MOST_TILES = 128;
/** 40 vectors of four numbers. */
const BUFFER = 640;

/** Sizes of a convolution of a doubled picture; height and width are those before it is doubled. */
interface Sizes {
  n: number;
  H: number;
  W: number;
  C: number;
  K: number;
  /** Tiles of 2×2 pixels in a column, in a row. */
  th: number;
  tw: number;
}

function sizesOf([n, H, W, C]: number[], K: number): Sizes {
  return { n, H, W, C, K, th: Math.ceil(H / 2), tw: Math.ceil(W / 2) };
}

/** Whether the kernels take it: whole vectors of channels, as Winograd's. */
export const upsampleFits = (backend: EarshotBackend, x: TensorInfo, filter: TensorInfo): boolean =>
  backend.winograd &&
  [x.shape[3], filter.shape[3]].every((c) => c % 4 === 0 && c >= 8) &&
  filter.shape[0] * filter.shape[1] === 9 &&
  filter.shape[0] === 3 &&
  util.sizeFromShape(x.shape) > 0;

const align = (bytes: number): number => 64 * Math.ceil(bytes / 64);
const eights = (n: number): number => 8 * Math.ceil(n / 8);
const tilesOf = ({ n, th, tw }: Sizes): number => n * th * tw;

const blockOf = ({ C, K }: Sizes): number =>
  Math.min(MOST_TILES, Math.max(8, 4 * Math.floor(CACHE / (16 * (16 * C + 25 * K)))));

const scratchBytes = ({ C, K }: Sizes, block: number): number =>
  align(BUFFER + 64 * Math.max(C, K) + 4 * (16 * (block * C + 16) + 25 * (block * eights(K) + 16)));

/** Runs with the filters transformed; turned, those of the gradient of x. */
function withFilters(
  { heap, pool }: EarshotBackend,
  { C, K }: Sizes,
  filters: number,
  turn: boolean,
  use: (packed: number) => void,
): void {
  const [rows, columns] = turn ? [K, C] : [C, K];
  const bytes = 25 * (4 * rows * eights(columns) + 64);
  heap.withScratch(bytes + pool.threads * 256, (packed) => {
    const grain = Math.max(1, Math.ceil(4096 / columns));
    pool.run("upsampleFilters", rows, grain, filters, C, K, turn ? 1 : 0, packed, packed + bytes);
    use(packed);
  });
}

function convolve(
  backend: EarshotBackend,
  s: Sizes,
  { x, filters, y, bias, relu }: { x: number; filters: number; y: number; bias: number; relu: boolean },
): void {
  const { heap, pool } = backend;
  const block = blockOf(s);
  const bytes = scratchBytes(s, block);
  const tiles = tilesOf(s);
  withFilters(backend, s, filters, false, (packed) => {
    heap.withScratch(pool.threads * bytes, (scratch) => {
      const args = [x, packed, y, bias, relu ? RELU : 0, scratch, bytes, tiles, block, s.H, s.W, s.C, s.K, s.th, s.tw];
      pool.run("upsampleConvolve", Math.ceil(tiles / block), 1, ...args);
    });
  });
}

function inputGradient(
  backend: EarshotBackend,
  s: Sizes,
  { dy, filters, dx }: { dy: number; filters: number; dx: number },
): void {
  const { heap, pool } = backend;
  const block = blockOf(s);
  const bytes = scratchBytes(s, block);
  // Neighbouring tiles add to the same pixels, so whole images go to a thread, small ones several at a time.
  const per = Math.max(1, Math.floor(block / (s.th * s.tw)));
  withFilters(backend, s, filters, true, (packed) => {
    heap.withScratch(pool.threads * bytes, (scratch) => {
      const args = [dy, packed, dx, s.n, per, scratch, bytes, block, s.H, s.W, s.C, s.K, s.th, s.tw];
      pool.run("upsampleInputGradient", Math.ceil(s.n / per), 1, ...args);
    });
  });
}

function filterGradient(
  { heap, pool }: EarshotBackend,
  s: Sizes,
  { x, dy, out }: { x: number; dy: number; out: number },
): void {
  const { C, K } = s;
  const block = blockOf(s);
  const bytes = scratchBytes(s, block);
  const tiles = tilesOf(s);
  const blocks = Math.ceil(tiles / block);
  const outBytes = 25 * (4 * C * K + 64);
  const per = Math.ceil(blocks / Math.min(blocks, outBytes > 2 ** 19 ? 4 : 8)) * block;
  const parts = Math.ceil(tiles / per);
  heap.withScratch(parts * outBytes + pool.threads * (bytes + BUFFER), (sums) => {
    const scratch = sums + parts * outBytes;
    const args = [x, dy, sums, outBytes, per, scratch, bytes, tiles, block, s.H, s.W, C, K, s.th, s.tw];
    pool.run("upsampleFilterSums", parts, 1, ...args);
    const buffers = scratch + pool.threads * bytes;
    const grain = Math.max(1, Math.ceil(4096 / K));
    pool.run("upsampleFilterGradient", C, grain, sums, parts, outBytes, C, K, out, buffers);
  });
}

/** A doubled picture convolved, and its gradients. */
export function registerUpsampling(): void {
  define("UpsampleConvolve", (backend, { x, filter, bias }, { relu }: { relu: boolean }) => {
    const s = sizesOf(x.shape, filter.shape[3]);
    const [px, filters, pb] = [backend.address(x), backend.address(filter), bias ? backend.address(bias) : 0];
    const out = backend.output([s.n, 2 * s.H, 2 * s.W, s.K]);
    convolve(backend, s, { x: px, filters, y: backend.address(out), bias: pb, relu });
    return out;
  });
  define("UpsampleConvolveInput", (backend, { dy, filter }, { shape }: { shape: number[] }) => {
    const [pdy, filters] = [backend.address(dy), backend.address(filter)];
    const out = backend.output(shape);
    inputGradient(backend, sizesOf(shape, filter.shape[3]), { dy: pdy, filters, dx: backend.address(out) });
    return out;
  });
  define("UpsampleConvolveFilter", (backend, { x, dy }, { shape }: { shape: number[] }) => {
    const [px, pdy] = [backend.address(x), backend.address(dy)];
    const out = backend.output(shape);
    filterGradient(backend, sizesOf(x.shape, shape[3]), { x: px, dy: pdy, out: backend.address(out) });
    return out;
  });
  defineGradient("UpsampleConvolve", ["x", "filter"], [true], (dy, [x, filter, y], attrs) => {
    const dz = (attrs as { relu: boolean }).relu ? runKernel("ReluGradient", { dy, y }) : dy;
    return {
      x: () => runKernel("UpsampleConvolveInput", { dy: dz, filter }, { shape: x.shape }),
      filter: () => runKernel("UpsampleConvolveFilter", { x, dy: dz }, { shape: filter.shape }),
      bias: (): Tensor => runKernel("ColumnSums", { x: dz }),
    };
  });
}
