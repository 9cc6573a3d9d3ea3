import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { backwards, type ConvAttrs, convGeometry, type Geometry, geometryArgs } from "./geometry.js";
import { activated } from "./matmul.js";
import { define, defineGradient, type OurKernel, override, runKernel } from "./override.js";

const RELU = 2;

/** Geometry of a depthwise convolution with one filter a channel; other multipliers are left to tfjs. */
function geometry(xShape: number[], filterShape: number[], attrs: ConvAttrs): Geometry | undefined {
  return attrs.dataFormat === "NCHW" || filterShape[3] !== 1
    ? undefined
    : convGeometry(xShape, filterShape, attrs, true);
}

const rowGrain = (g: Geometry): number =>
  Math.max(1, Math.floor(65536 / (g.outWidth * g.outChannels * g.filterHeight * g.filterWidth)));

const forward: OurKernel<ConvAttrs & { activation?: string; leakyreluAlpha?: number }> = (backend, inputs, attrs) => {
  const { x, filter, bias, preluActivationWeights } = inputs;
  const g = geometry(x.shape, filter.shape, attrs);
  if (!g || preluActivationWeights || x.dtype !== "float32") return undefined;
  const [px, pf, pb] = [backend.address(x), backend.address(filter), bias ? backend.address(bias) : 0];
  const activation = attrs.activation ?? "linear";
  const out = backend.output([g.batch, g.outHeight, g.outWidth, g.outChannels]);
  const flags = activation === "relu" ? RELU : 0;
  const args = [px, pf, pb, flags, backend.address(out), ...geometryArgs(g)];
  backend.pool.run("depthwise", g.batch * g.outHeight, rowGrain(g), ...args);
  return activated(backend, out, activation, attrs.leakyreluAlpha);
};

/** Depthwise convolution, both ways. */
export function registerDepthwise(): void {
  override("DepthwiseConv2dNative", forward);
  override("FusedDepthwiseConv2D", forward);
  define("Depthwise", (backend, inputs, attrs) =>
    forward(backend, inputs, { ...attrs, activation: attrs.relu ? "relu" : "linear" }),
  );
  override(
    "DepthwiseConv2dNativeBackpropInput",
    (backend, { dy, filter }, attrs: ConvAttrs & { inputShape: number[] }): TensorInfo | undefined => {
      const g = geometry(attrs.inputShape, filter.shape, attrs);
      if (!g) return undefined;
      const [pdy, pf] = [backend.address(dy), backend.address(filter)];
      const dx = backend.output(attrs.inputShape);
      const to = backend.address(dx);
      if (g.strideHeight * g.strideWidth > 1) {
        backend.pool.run("depthwiseInputGradient", g.batch, 1, pdy, pf, to, ...geometryArgs(g));
        return dx;
      }
      const taps = g.filterHeight * g.filterWidth;
      const back = backwards(g);
      backend.heap.withScratch(4 * taps * g.inChannels, (flipped) => {
        backend.pool.run("flipTaps", taps, taps, pf, taps, g.inChannels, flipped);
        const rows = g.batch * g.inHeight;
        backend.pool.run("depthwise", rows, rowGrain(back), pdy, flipped, 0, 0, to, ...geometryArgs(back));
      });
      return dx;
    },
  );
  override(
    "DepthwiseConv2dNativeBackpropFilter",
    (backend, { x, dy }, attrs: ConvAttrs & { filterShape: number[] }): TensorInfo | undefined => {
      const g = geometry(x.shape, attrs.filterShape, attrs);
      if (!g) return undefined;
      const [px, pdy] = [backend.address(x), backend.address(dy)];
      const out = backend.output(attrs.filterShape);
      const to = backend.address(out);
      const size = g.filterHeight * g.filterWidth * g.inChannels;
      const per = Math.ceil(g.batch / 8);
      const parts = Math.ceil(g.batch / per);
      backend.heap.withScratch(parts * size * 4, (sums) => {
        backend.pool.run(
          "depthwiseFilterGradient",
          parts,
          1,
          px,
          pdy,
          sums,
          size * 4,
          g.batch,
          per,
          ...geometryArgs(g),
        );
        backend.pool.run("joinParts", size, 16384, sums, parts, size * 4, to);
      });
      return out;
    },
  );
  defineGradient("Depthwise", ["x", "filter"], [true], (dy, [x, filter, y], attrs) => {
    const dz = (attrs as { relu: boolean }).relu ? runKernel("ReluGradient", { dy, y }) : dy;
    return {
      x: () => runKernel("DepthwiseConv2dNativeBackpropInput", { dy: dz, filter }, { ...attrs, inputShape: x.shape }),
      filter: () =>
        runKernel("DepthwiseConv2dNativeBackpropFilter", { x, dy: dz }, { ...attrs, filterShape: filter.shape }),
      bias: (): Tensor => runKernel("ColumnSums", { x: dz }),
    };
  });
}
