import type { TensorInfo } from "@tensorflow/tfjs-core";
import { type ConvAttrs, geometryArgs, poolGeometry } from "./geometry.js";
import { type OurKernel, override } from "./override.js";

type PoolAttrs = ConvAttrs & { filterSize: number | [number, number] };

const MAXIMUM = 0;
const AVERAGE = 1;

const poolKernel =
  (kind: number): OurKernel<PoolAttrs> =>
  (backend, { x }, attrs) => {
    if (x.dtype !== "float32") return undefined;
    const g = poolGeometry(x, attrs);
    const from = backend.address(x);
    const out = backend.output([g.batch, g.outHeight, g.outWidth, g.outChannels]);
    const rowSize = g.outWidth * g.outChannels * g.filterHeight * g.filterWidth;
    const grain = Math.max(1, Math.floor(32768 / rowSize));
    backend.pool.run("pool", g.batch * g.outHeight, grain, from, backend.address(out), kind, ...geometryArgs(g));
    return out;
  };

/** Pooling and its gradients. An average's gradient counts what lies inside the image, as its forward does. */
export function registerPooling(): void {
  override("MaxPool", poolKernel(MAXIMUM));
  override("AvgPool", poolKernel(AVERAGE));
  override("MaxPoolGrad", (backend, { dy, input }, attrs: PoolAttrs): TensorInfo | undefined => {
    if (dy.dtype !== "float32" || input.dtype !== "float32") return undefined;
    const [px, pdy] = [backend.address(input), backend.address(dy)];
    const dx = backend.output(input.shape);
    const g = poolGeometry(input, attrs);
    backend.pool.run("maxPoolGradient", g.batch, 1, px, pdy, backend.address(dx), ...geometryArgs(g));
    return dx;
  });
  override("AvgPoolGrad", (backend, { dy, input }, attrs: PoolAttrs): TensorInfo | undefined => {
    if (dy.dtype !== "float32") return undefined;
    const pdy = backend.address(dy);
    const dx = backend.output(input.shape);
    const g = poolGeometry(input, attrs);
    backend.pool.run("averagePoolGradient", g.batch, 1, pdy, backend.address(dx), ...geometryArgs(g));
    return dx;
  });
}
