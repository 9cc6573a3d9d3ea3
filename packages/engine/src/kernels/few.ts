import type { EarshotBackend } from "../backend/backend.js";
import { backwards, type Geometry, geometryArgs } from "./geometry.js";

const RELU = 2;
/** Numbers that a thread's share of rows has. */
const GRAIN = 16384;

const plainSteps = (g: Geometry): boolean => g.dilationHeight * g.dilationWidth === 1;

/** Whether a convolution makes so few channels that each is best summed across the channels it reads. */
export const fewOutputsFit = (g: Geometry): boolean =>
  plainSteps(g) && g.outChannels <= 4 && g.inChannels % 8 === 0 && g.filterHeight * g.filterWidth > 1;

/** Whether it reads so few that a patch is best read where it lies. */
export const fewInputsFit = (g: Geometry): boolean =>
  plainSteps(g) && g.inChannels <= 4 && g.outChannels % 8 === 0 && g.outWidth >= 4 && g.padTop >= 0 && g.padLeft >= 0;

/** The convolution whose filters' gradient is that of `g`'s with image and gradient exchanged, where `fewInputs` can do it. */
export function exchanged(g: Geometry): Geometry | undefined {
  if (g.strideHeight * g.strideWidth > 1 || !fewOutputsFit(g)) return undefined;
  const back = backwards(g);
  return fewInputsFit(back) ? back : undefined;
}

/** Filters [taps, C, K] as [taps, K, C] in reverse order: those of the exchanged convolution. The same once more leads back. */
function turn(from: Float32Array, to: Float32Array, taps: number, C: number, K: number): void {
  for (let t = 0; t < taps; t++) {
    const own = (taps - 1 - t) * C * K;
    for (let c = 0; c < C; c++) for (let k = 0; k < K; k++) to[(t * K + k) * C + c] = from[own + c * K + k];
  }
}

const borderBytes = (g: Geometry): number => {
  const [height, width] = [
    (g.outHeight - 1) * g.strideHeight + g.filterHeight,
    (g.outWidth - 1) * g.strideWidth + g.filterWidth,
  ];
  return 64 * Math.ceil((height * width * g.inChannels) / 16);
};

interface Places {
  x: number;
  filters: number;
  y: number;
  bias?: number;
  relu?: boolean;
}

/** y = conv(x) of few outputs. */
export function fewOutputs(
  { heap, pool }: EarshotBackend,
  g: Geometry,
  { x, filters, y, bias = 0, relu }: Places,
): void {
  const { inChannels: C, outChannels: K } = g;
  const patch = g.filterHeight * g.filterWidth * C;
  heap.withScratch(4 * patch * K, (packed) => {
    const [from, to] = [heap.f32(filters, patch * K), heap.f32(packed, patch * K)];
    for (let i = 0; i < patch; i++) for (let k = 0; k < K; k++) to[k * patch + i] = from[i * K + k];
    const grain = Math.max(1, Math.floor(GRAIN / (g.inWidth * C)));
    pool.run("fewOutputs", g.batch * g.outHeight, grain, ...[x, packed, y, bias, relu ? RELU : 0], ...geometryArgs(g));
  });
}

/** y = conv(x) of few inputs. */
export function fewInputs(
  { heap, pool }: EarshotBackend,
  g: Geometry,
  { x, filters, y, bias = 0, relu }: Places,
): void {
  const bytes = borderBytes(g);
  heap.withScratch(pool.threads * bytes, (scratch) => {
    pool.run("fewInputs", g.batch, 1, ...[x, filters, y, bias, relu ? RELU : 0, scratch, bytes], ...geometryArgs(g));
  });
}

/** Gradient of the filters of a convolution of few inputs; parts as for every convolution that is not Winograd's. */
export function fewInputsFilterGradient(
  { heap, pool }: EarshotBackend,
  g: Geometry,
  { x, dy, out }: { x: number; dy: number; out: number },
): void {
  const size = g.filterHeight * g.filterWidth * g.inChannels * g.outChannels;
  const pixels = g.batch * g.outHeight * g.outWidth;
  const per = 64 * Math.ceil(pixels / 64 / 8);
  const parts = Math.ceil(pixels / per);
  const outBytes = 64 * Math.ceil(size / 16);
  const bytes = borderBytes(g);
  heap.withScratch(parts * outBytes + pool.threads * bytes, (sums) => {
    const args = [x, dy, sums, outBytes, pixels, per, sums + parts * outBytes, bytes, ...geometryArgs(g)];
    pool.run("fewInputsFilterGradient", parts, 1, ...args);
    pool.run("joinParts", size, GRAIN, sums, parts, outBytes, out);
  });
}

/** dx of a convolution of few outputs: the exchanged convolution of dy. */
export function fewOutputsInput(
  backend: EarshotBackend,
  g: Geometry,
  back: Geometry,
  { dy, filters, dx }: { dy: number; filters: number; dx: number },
): void {
  turned(backend, g, filters, (own) => fewInputs(backend, back, { x: dy, filters: own, y: dx }));
}

/** Gradient of the filters of a convolution of few outputs: image and gradient exchanged. */
export function fewOutputsFilters(
  backend: EarshotBackend,
  g: Geometry,
  back: Geometry,
  { x, dy, out }: { x: number; dy: number; out: number },
): void {
  const taps = g.filterHeight * g.filterWidth;
  const size = taps * g.inChannels * g.outChannels;
  backend.heap.withScratch(4 * size, (found) => {
    fewInputsFilterGradient(backend, back, { x: dy, dy: x, out: found });
    const [from, to] = [backend.heap.f32(found, size), backend.heap.f32(out, size)];
    turn(from, to, taps, g.outChannels, g.inChannels);
  });
}

function turned({ heap }: EarshotBackend, g: Geometry, filters: number, use: (own: number) => void): void {
  const taps = g.filterHeight * g.filterWidth;
  const { inChannels: C, outChannels: K } = g;
  heap.withScratch(4 * taps * C * K, (own) => {
    turn(heap.f32(filters, taps * C * K), heap.f32(own, taps * C * K), taps, C, K);
    use(own);
  });
}
