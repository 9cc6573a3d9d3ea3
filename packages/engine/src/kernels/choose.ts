import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, override, overrideGradient, runKernel } from "./override.js";

/** Numbers of the comparisons in assembly/choose.ts. */
const COMPARISONS = { Equal: 0, NotEqual: 1, Greater: 2, GreaterEqual: 3, Less: 4, LessEqual: 5 };
/** The comparison that says the same of the sides exchanged. */
const MIRRORED = [0, 1, 4, 5, 2, 3];
const GRAIN = 16384;

const isFloat = (t: TensorInfo): boolean => t.dtype === "float32";
const sizeOf = (t: TensorInfo): number => util.sizeFromShape(t.shape);

interface Resize {
  images: { x: number[]; y: number[] };
  alignCorners: boolean;
  halfPixelCenters: boolean;
}

/** Which input row (or column) each output row comes from, as tfjs reckons it. */
function sources(length: number, wanted: number, { alignCorners, halfPixelCenters }: Resize): Int32Array {
  const ends = alignCorners && wanted > 1;
  const ratio = (ends ? length - 1 : length) / (ends ? wanted - 1 : wanted);
  return Int32Array.from({ length: wanted }, (_, i) => {
    const at = ratio * (halfPixelCenters ? i + 0.5 : i);
    return Math.max(0, Math.min(length - 1, alignCorners ? Math.round(at) : Math.floor(at)));
  });
}

/** Runs one of the two nearest-neighbour kernels with its tables. */
function resize(
  { heap, pool }: EarshotBackend,
  kernel: "nearest" | "nearestGradient",
  from: number,
  to: number,
  options: Resize,
): void {
  const [n, H, W, C] = options.images.x;
  const [, Ho, Wo] = options.images.y;
  heap.withScratch(4 * (Ho + Wo), (rows) => {
    const columns = rows + 4 * Ho;
    heap.i32(rows, Ho).set(sources(H, Ho, options));
    heap.i32(columns, Wo).set(sources(W, Wo, options));
    const sizes = [H, W, C, Ho, Wo];
    if (kernel === "nearestGradient") pool.run(kernel, n, 1, from, rows, columns, ...sizes, to);
    else pool.run(kernel, n * Ho, Math.max(1, Math.floor(16384 / (Wo * C))), from, rows, columns, ...sizes, to);
  });
}

/** Comparisons, `where`, limits and resizing to nearest neighbours. */
export function registerChoices(): void {
  for (const [name, op] of Object.entries(COMPARISONS)) {
    override(name, (backend, { a, b }) => {
      if (!isFloat(a) || !isFloat(b) || sizeOf(a) === 0 || sizeOf(b) === 0) return undefined;
      const same = util.arraysEqual(a.shape, b.shape);
      const swapped = !same && sizeOf(a) === 1 && a.shape.length <= b.shape.length;
      if (!same && !swapped && (sizeOf(b) !== 1 || b.shape.length > a.shape.length)) return undefined;
      const [whole, other] = swapped ? [b, a] : [a, b];
      const [x, y] = [backend.address(whole), backend.address(other)];
      const out = backend.output(whole.shape, "bool");
      const code = swapped ? MIRRORED[op] : op;
      backend.pool.run("compare", sizeOf(whole), GRAIN, code, x, y, backend.address(out), same ? 0 : 1);
      return out;
    });
  }

  for (const [name, op] of Object.entries({ LogicalAnd: 0, LogicalOr: 1 })) {
    override(name, (backend, { a, b }) => {
      if (!util.arraysEqual(a.shape, b.shape)) return undefined;
      const [x, y] = [backend.address(a), backend.address(b)];
      const out = backend.output(a.shape, "bool");
      backend.pool.run("logical", sizeOf(a), 4 * GRAIN, op, x, y, backend.address(out));
      return out;
    });
  }
  override("LogicalNot", (backend, { x }) => {
    const from = backend.address(x);
    const out = backend.output(x.shape, "bool");
    backend.pool.run("logical", sizeOf(x), 4 * GRAIN, 2, from, from, backend.address(out));
    return out;
  });

  override("Select", (backend, { condition, t, e }) => {
    const fits = util.arraysEqual(condition.shape, t.shape) && util.arraysEqual(t.shape, e.shape);
    if (!isFloat(t) || !isFloat(e) || !fits || sizeOf(t) === 0) return undefined;
    const [c, a, b] = [condition, t, e].map((side) => backend.address(side));
    const out = backend.output(t.shape);
    backend.pool.run("select", sizeOf(t), GRAIN, c, a, b, backend.address(out));
    return out;
  });

  interface Limits {
    clipValueMin: number;
    clipValueMax: number;
  }
  override("ClipByValue", (backend, { x }, { clipValueMin, clipValueMax }: Limits) => {
    if (!isFloat(x)) return undefined;
    const from = backend.address(x);
    const out = backend.output(x.shape);
    backend.pool.run("clip", sizeOf(x), GRAIN, from, 0, clipValueMin, clipValueMax, backend.address(out));
    return out;
  });
  define("ClipGradient", (backend, { x, dy }, { clipValueMin, clipValueMax }: Limits) => {
    const [from, given] = [backend.address(x), backend.address(dy)];
    const out = backend.output(x.shape);
    backend.pool.run("clip", sizeOf(x), GRAIN, from, given, clipValueMin, clipValueMax, backend.address(out));
    return out;
  });
  overrideGradient("ClipByValue", (dy, [x], attrs) => ({
    x: () => runKernel("ClipGradient", { x, dy: dy as never }, attrs),
  }));

  override("ResizeNearestNeighbor", (backend, { images }, { alignCorners, halfPixelCenters, size }) => {
    if (!isFloat(images)) return undefined;
    const [n, , , c] = images.shape;
    const y = [n, size[0], size[1], c];
    const from = backend.address(images);
    const out = backend.output(y);
    const options = { images: { x: images.shape, y }, alignCorners, halfPixelCenters };
    resize(backend, "nearest", from, backend.address(out), options);
    return out;
  });
  override("ResizeNearestNeighborGrad", (backend, { images, dy }, { alignCorners, halfPixelCenters = false }) => {
    if (!isFloat(dy)) return undefined;
    const from = backend.address(dy);
    const out = backend.output(images.shape);
    const options = { images: { x: images.shape, y: dy.shape }, alignCorners, halfPixelCenters };
    resize(backend, "nearestGradient", from, backend.address(out), options);
    return out;
  });
}
