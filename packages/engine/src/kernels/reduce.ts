import { type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, defineGradient, override, runKernel } from "./override.js";

/** Parts of a sum over rows: their number depends on the rows alone, so the order of additions does too. */
export function partsOf(rows: number): { parts: number; per: number } {
  const per = Math.max(64, 64 * Math.ceil(rows / 64 / 32));
  return { parts: Math.ceil(rows / per), per };
}

/** Sums of the columns of x [rows, cols], times scale, as a tensor of the given shape. */
export function columnSums(
  backend: EarshotBackend,
  x: TensorInfo,
  rows: number,
  cols: number,
  shape: number[],
  scale = 1,
): TensorInfo {
  const { heap, pool } = backend;
  const from = backend.address(x);
  const out = backend.output(shape);
  const { parts, per } = partsOf(rows);
  heap.withScratch(parts * cols * 8, (sums) => {
    pool.run("columnSums", parts, rows * cols > 65536 ? 1 : parts, from, rows, cols, per, sums);
    pool.run("joinSums", cols, 4096, sums, parts, cols, scale, backend.address(out));
  });
  return out;
}

/** Sum or mean over leading or trailing axes; others are left to tfjs. */
function reduceSum(backend: EarshotBackend, x: TensorInfo, axis: number | number[], keepDims: boolean, mean: boolean) {
  if (x.dtype !== "float32" || x.shape.length === 0) return undefined;
  const axes = util.parseAxisParam(axis, x.shape);
  const kept = x.shape.filter((_, i) => !axes.includes(i));
  const shape = keepDims ? x.shape.map((d, i) => (axes.includes(i) ? 1 : d)) : kept;
  const reduced = axes.reduce((n, i) => n * x.shape[i], 1);
  if (reduced === 0) return undefined;
  const size = util.sizeFromShape(x.shape);
  const sorted = [...axes].sort((a, b) => a - b);
  if (sorted.every((a, i) => a === x.shape.length - axes.length + i)) {
    const from = backend.address(x);
    const out = backend.output(shape);
    const grain = Math.max(1, Math.floor(16384 / reduced));
    const scale = mean ? 1 / reduced : 1;
    backend.pool.run("rowReduce", size / reduced, grain, from, reduced, 0, scale, backend.address(out));
    return out;
  }
  if (!sorted.every((a, i) => a === i)) return undefined;
  return columnSums(backend, x, reduced, size / reduced, shape, mean ? 1 / reduced : 1);
}

/** Sums, means, maxima, softmax and cross-entropy. */
export function registerReductions(): void {
  override("Sum", (backend, { x }, { axis, keepDims }) => reduceSum(backend, x, axis, keepDims, false));
  override("Mean", (backend, { x }, { axis, keepDims }) => reduceSum(backend, x, axis, keepDims, true));
  override("Softmax", (backend, { logits }, { dim }: { dim: number }) => {
    const last = logits.shape.length - 1;
    if (logits.dtype !== "float32" || (dim !== -1 && dim !== last)) return undefined;
    const cols = logits.shape[last];
    const from = backend.address(logits);
    const out = backend.output(logits.shape);
    const rows = util.sizeFromShape(logits.shape) / cols;
    backend.pool.run("softmax", rows, Math.max(1, Math.floor(4096 / cols)), from, backend.address(out), cols, 0);
    return out;
  });
  define("SoftmaxCrossEntropy", (backend, { logits, targets, weights }) => {
    const [rows, cols] = logits.shape;
    const [pl, pt, pw] = [backend.address(logits), backend.address(targets), weights ? backend.address(weights) : 0];
    const loss = backend.output([rows]);
    const gradient = backend.output([rows, cols]);
    const grain = Math.max(1, Math.floor(2048 / cols));
    backend.pool.run("crossEntropy", rows, grain, pl, pt, pw, backend.address(loss), backend.address(gradient), cols);
    return [loss, gradient];
  });
  define("ScaleRows", (backend, { x, scale }) => {
    const rows = x.shape[0];
    const [px, ps] = [backend.address(x), backend.address(scale)];
    const cols = util.sizeFromShape(x.shape) / rows;
    const out = backend.output(x.shape);
    backend.pool.run("scaleRows", rows, Math.max(1, Math.floor(16384 / cols)), px, ps, backend.address(out), cols);
    return out;
  });
  defineGradient("SoftmaxCrossEntropy", [], [false, true], (dy, [gradient]) => ({
    logits: () => runKernel("ScaleRows", { x: gradient, scale: dy }),
  }));
}
