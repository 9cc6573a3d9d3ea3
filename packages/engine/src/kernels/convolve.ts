import { type Tensor, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import {
  exchanged,
  fewInputs,
  fewInputsFilterGradient,
  fewInputsFit,
  fewOutputs,
  fewOutputsFilters,
  fewOutputsFit,
  fewOutputsInput,
} from "./few.js";
import { backwards, type ConvAttrs, convGeometry, type Geometry, geometryArgs } from "./geometry.js";
import { activated, packedBytes, packedProduct, packRight, product } from "./matmul.js";
import { define, defineGradient, override, runKernel } from "./override.js";
import { columnSums } from "./reduce.js";
import { winogradBytes, winogradConvolve, winogradFilterGradient, winogradFits, winogradPack } from "./winograd.js";

/** Pixels whose patches the kernels unroll at a time. */
const BLOCK = 64;
const RELU = 2;

const fast = (backend: EarshotBackend, g: Geometry): boolean => backend.winograd && winogradFits(g);

/** 1×1 at stride 1 without padding is a product of matrices as it stands. */
const pointwise = (g: Geometry): boolean =>
  g.filterHeight * g.filterWidth * g.strideHeight * g.strideWidth === 1 && g.padTop === 0 && g.padLeft === 0;

const align = (bytes: number): number => 64 * Math.ceil(bytes / 64);

/** How a convolution is done; filters are packed for one way. */
export type Way = "winograd" | "pointwise" | "unrolled";

export function wayOf(backend: EarshotBackend, g: Geometry): Way {
  if (fast(backend, g)) return "winograd";
  return pointwise(g) ? "pointwise" : "unrolled";
}

/** Bytes of packed filters: transformed for Winograd, else panels. */
export const filterBytes = (g: Geometry, way: Way): number =>
  way === "winograd" ? winogradBytes(g) : packedBytes(g.filterHeight * g.filterWidth * g.inChannels, g.outChannels);

export function packFilters(backend: EarshotBackend, g: Geometry, way: Way, filters: number, out: number): void {
  if (way === "winograd") winogradPack(backend, g, filters, false, out);
  else {
    const rows = g.filterHeight * g.filterWidth * g.inChannels;
    packRight(backend, { address: filters, rows, cols: g.outChannels }, out);
  }
}

/** y = conv(x, filters) (+ bias, ReLU), from packed filters. */
export function convolvePacked(
  backend: EarshotBackend,
  g: Geometry,
  way: Way,
  { x, packed, y, bias = 0, relu = false }: { x: number; packed: number; y: number; bias?: number; relu?: boolean },
): void {
  if (way === "winograd") winogradConvolve(backend, g, { x, packed, y, bias, flags: relu ? RELU : 0 });
  else if (way === "pointwise") {
    const a = { address: x, rows: g.batch * g.outHeight * g.outWidth, cols: g.inChannels };
    packedProduct(backend, a, packed, g.outChannels, y, { bias, relu });
  } else unrolled(backend, g, x, packed, y, bias, relu);
}

function unrolled(
  { heap, pool }: EarshotBackend,
  g: Geometry,
  x: number,
  packed: number,
  y: number,
  bias: number,
  relu: boolean,
): void {
  const patch = g.filterHeight * g.filterWidth * g.inChannels;
  const scratchBytes = align(BLOCK * patch * 4);
  heap.withScratch(pool.threads * scratchBytes, (scratch) => {
    const args = [x, packed, y, bias, relu ? RELU : 0, scratch, scratchBytes, ...geometryArgs(g)];
    pool.run("convolve", g.batch * g.outHeight * g.outWidth, 4 * BLOCK, ...args);
  });
}

/** dx of a convolution: at stride 1 a convolution of dy with the filters turned, else patches of gradients summed in place. */
function convolveInput(
  backend: EarshotBackend,
  g: Geometry,
  { dy, filters, dx }: { dy: number; filters: number; dx: number },
): void {
  const { heap, pool } = backend;
  const { inChannels: C, outChannels: K } = g;
  const taps = g.filterHeight * g.filterWidth;
  if (pointwise(g)) {
    const a = { address: dy, rows: g.batch * g.outHeight * g.outWidth, cols: K };
    product(backend, a, { address: filters, rows: C, cols: K, transposed: true }, dx);
    return;
  }
  const few = exchanged(g);
  if (few) {
    fewOutputsInput(backend, g, few, { dy, filters, dx });
    return;
  }
  if (g.strideHeight === 1 && g.strideWidth === 1) {
    const back = backwards(g);
    if (fast(backend, back)) {
      heap.withScratch(winogradBytes(back), (packed) => {
        winogradPack(backend, back, filters, true, packed);
        winogradConvolve(backend, back, { x: dy, packed, y: dx, bias: 0, flags: 0 });
      });
      return;
    }
    heap.withScratch(Math.ceil(C / 8) * taps * K * 32, (packed) => {
      pool.run("packFlipped", taps, 1, filters, taps, C, K, packed);
      unrolled(backend, back, dy, packed, dx, 0, false);
    });
    return;
  }
  const patch = taps * C;
  const panels = Math.ceil(patch / 8);
  const scratchBytes = align(BLOCK * patch * 4);
  heap.withScratch(panels * K * 32 + pool.threads * scratchBytes, (packed) => {
    pool.run("packPanels", panels, 4, filters, 4, K * 4, K, patch, packed);
    const scratch = packed + panels * K * 32;
    pool.run("convolveInputGradient", g.batch, 1, dy, packed, dx, scratch, scratchBytes, ...geometryArgs(g));
  });
}

/** Gradient of the filters. */
function convolveFilters(
  backend: EarshotBackend,
  g: Geometry,
  { x, dy, out }: { x: number; dy: number; out: number },
): void {
  if (fast(backend, g)) {
    winogradFilterGradient(backend, g, { x, dy, out });
    return;
  }
  const few = exchanged(g);
  if (few) {
    fewOutputsFilters(backend, g, few, { x, dy, out });
    return;
  }
  if (fewInputsFit(g)) {
    fewInputsFilterGradient(backend, g, { x, dy, out });
    return;
  }
  const { heap, pool } = backend;
  const K = g.outChannels;
  const patch = g.filterHeight * g.filterWidth * g.inChannels;
  const pixels = g.batch * g.outHeight * g.outWidth;
  const per = BLOCK * Math.ceil(pixels / BLOCK / 8);
  const parts = Math.ceil(pixels / per);
  const outBytes = align(patch * K * 4);
  const scratchBytes = align(BLOCK * (patch + 8 * Math.ceil(K / 8)) * 4);
  heap.withScratch(parts * outBytes + pool.threads * scratchBytes, (sums) => {
    const scratch = sums + parts * outBytes;
    const args = [x, dy, sums, outBytes, pixels, per, scratch, scratchBytes, ...geometryArgs(g)];
    pool.run("convolveFilterGradient", parts, 1, ...args);
    pool.run("joinParts", patch * K, 16384, sums, parts, outBytes, out);
  });
}

const floats = (...tensors: TensorInfo[]): boolean => tensors.every((t) => t === undefined || t.dtype === "float32");

/** tfjs' convolution kernels, and ours with bias, ReLU, dilation and lazy gradients. */
export function registerConvolution(): void {
  const forward = (
    backend: EarshotBackend,
    { x, filter, bias, preluActivationWeights }: Record<string, TensorInfo>,
    attrs: ConvAttrs & { activation?: string; leakyreluAlpha?: number },
  ): TensorInfo | undefined => {
    if (attrs.dataFormat === "NCHW" || preluActivationWeights || !floats(x, filter, bias)) return undefined;
    const g = convGeometry(x.shape, filter.shape, attrs);
    if (bias && util.sizeFromShape(bias.shape) !== g.outChannels) return undefined;
    const activation = attrs.activation ?? "linear";
    const [px, pf, pb] = [backend.address(x), backend.address(filter), bias ? backend.address(bias) : 0];
    const out = backend.output([g.batch, g.outHeight, g.outWidth, g.outChannels]);
    const y = backend.address(out);
    const [way, relu] = [wayOf(backend, g), activation === "relu"];
    if (way === "unrolled" && fewOutputsFit(g)) fewOutputs(backend, g, { x: px, filters: pf, y, bias: pb, relu });
    else if (way === "unrolled" && fewInputsFit(g)) fewInputs(backend, g, { x: px, filters: pf, y, bias: pb, relu });
    else {
      backend.heap.withScratch(filterBytes(g, way), (packed) => {
        packFilters(backend, g, way, pf, packed);
        convolvePacked(backend, g, way, { x: px, packed, y, bias: pb, relu });
      });
    }
    return activated(backend, out, activation, attrs.leakyreluAlpha);
  };
  override("Conv2D", forward);
  override("FusedConv2D", forward);
  define("Convolve", (backend, inputs, attrs) =>
    forward(backend, inputs, { ...attrs, activation: attrs.relu ? "relu" : "linear" }),
  );

  override("Conv2DBackpropInput", (backend, { dy, filter }, attrs: ConvAttrs & { inputShape: number[] }) => {
    if (attrs.dataFormat === "NCHW" || !floats(dy, filter)) return undefined;
    const [pdy, pf] = [backend.address(dy), backend.address(filter)];
    const dx = backend.output(attrs.inputShape);
    const g = convGeometry(attrs.inputShape, filter.shape, attrs);
    convolveInput(backend, g, { dy: pdy, filters: pf, dx: backend.address(dx) });
    return dx;
  });
  override("Conv2DBackpropFilter", (backend, { x, dy }, attrs: ConvAttrs & { filterShape: number[] }) => {
    if (attrs.dataFormat === "NCHW" || !floats(x, dy)) return undefined;
    const [px, pdy] = [backend.address(x), backend.address(dy)];
    const out = backend.output(attrs.filterShape);
    convolveFilters(backend, convGeometry(x.shape, attrs.filterShape, attrs), {
      x: px,
      dy: pdy,
      out: backend.address(out),
    });
    return out;
  });

  define("ColumnSums", (backend, { x }) => {
    const cols = x.shape[x.shape.length - 1];
    return columnSums(backend, x, util.sizeFromShape(x.shape) / cols, cols, [cols]);
  });
  defineGradient("Convolve", ["x", "filter"], [true], (dy, [x, filter, y], attrs) => {
    const { relu } = attrs as { relu: boolean };
    const dz = relu ? runKernel("ReluGradient", { dy, y }) : dy;
    return {
      x: () => runKernel("Conv2DBackpropInput", { dy: dz, filter }, { ...attrs, inputShape: x.shape }),
      filter: () => runKernel("Conv2DBackpropFilter", { x, dy: dz }, { ...attrs, filterShape: filter.shape }),
      bias: (): Tensor => runKernel("ColumnSums", { x: dz }),
    };
  });
}
