import { type DataType, slice_util, type Tensor, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, defineGradient, override, runKernel } from "./override.js";

const isWord = (t: TensorInfo): boolean => t.dtype === "float32" || t.dtype === "int32";

/** Rows of `count` numbers, from one stride to another (both in numbers). */
function copyRows(
  { pool }: EarshotBackend,
  rows: number,
  count: number,
  [from, fromStride]: [number, number],
  [to, toStride]: [number, number],
): void {
  const grain = Math.max(1, Math.floor(32768 / count));
  pool.run("copyRows", rows, grain, from, 4 * fromStride, to, 4 * toStride, count);
}

/** [outer, own, inner] sizes around an axis. */
function around(shape: number[], axis: number): { outer: number; inner: number } {
  return { outer: util.sizeFromShape(shape.slice(0, axis)), inner: util.sizeFromShape(shape.slice(axis + 1)) };
}

/** Every `steps[i]`-th number of each axis from `first[i]` on, for at most four axes. */
function strided(
  backend: EarshotBackend,
  x: TensorInfo,
  first: number[],
  shape: number[],
  steps: number[],
): TensorInfo | undefined {
  const inside = shape.every((n, i) => {
    const last = first[i] + (n - 1) * steps[i];
    return Math.min(first[i], last) >= 0 && Math.max(first[i], last) < x.shape[i];
  });
  if (shape.length > 4 || !inside) return undefined;
  const strides = x.shape.map((_, i) => util.sizeFromShape(x.shape.slice(i + 1)));
  const start = backend.address(x) + 4 * strides.reduce((n, s, i) => n + s * first[i], 0);
  const out = backend.output(shape, x.dtype);
  const none = 4 - shape.length;
  const [outer, ...sizes] = [...new Array<number>(none).fill(1), ...shape];
  const apart = [...new Array<number>(none).fill(0), ...strides.map((s, i) => s * steps[i])];
  const inner = sizes[0] * sizes[1] * sizes[2];
  const grain = Math.max(1, Math.floor(16384 / inner));
  backend.pool.run("transpose", outer, grain, start, backend.address(out), ...sizes, ...apart);
  return out;
}

/** Transposing, slicing, joining, looking up: memory that moves, many numbers at a time. */
export function registerMoves(): void {
  // The plain kernel lets integers pass for floats under the same numbers; in the heap they must become floats.
  override("Cast", (backend, { x }, { dtype }: { dtype: DataType }) => {
    const widens = (x.dtype === "bool" || x.dtype === "int32") && (dtype === "float32" || dtype === "int32");
    if (!widens || x.dtype === dtype) return undefined;
    if (x.dtype === "bool" && dtype === "float32") {
      const from = backend.address(x);
      const out = backend.output(x.shape);
      backend.pool.run("widen", util.sizeFromShape(x.shape), 65536, from, backend.address(out));
      return out;
    }
    const values = backend.readSync(x.dataId) as Uint8Array | Int32Array;
    const converted = dtype === "float32" ? Float32Array.from(values) : Int32Array.from(values);
    return backend.makeTensorInfo(x.shape, dtype, converted);
  });

  override("Transpose", (backend, { x }, { perm }: { perm: number[] }) => {
    if (!isWord(x) || x.shape.length > 4) return undefined;
    const strides = x.shape.map((_, i) => util.sizeFromShape(x.shape.slice(i + 1)));
    const shape = perm.map((p) => x.shape[p]);
    const pad = 4 - shape.length;
    const sizes = [...new Array<number>(pad).fill(1), ...shape];
    const steps = [...new Array<number>(pad).fill(0), ...perm.map((p) => strides[p])];
    const from = backend.address(x);
    const out = backend.output(shape, x.dtype);
    const outermost = sizes.findIndex((n) => n > 1);
    // Leading axes of one number move to the back of the loop nest, so that threads have something to share.
    const lead = Math.max(0, outermost);
    const order = [...sizes.slice(lead), ...sizes.slice(0, lead)];
    const strided = [...steps.slice(lead), ...steps.slice(0, lead)];
    const inner = order[1] * order[2] * order[3];
    backend.pool.run(
      "transpose",
      order[0],
      Math.max(1, Math.floor(16384 / inner)),
      from,
      backend.address(out),
      ...order.slice(1),
      ...strided,
    );
    return out;
  });

  override("Slice", (backend, { x }, { begin, size }: { begin: number | number[]; size?: number | number[] }) => {
    if (!isWord(x)) return undefined;
    const first = x.shape.map((_, i) => (typeof begin === "number" ? (i === 0 ? begin : 0) : (begin[i] ?? 0)));
    const asked = x.shape.map((_, i) => (typeof size === "number" ? (i === 0 ? size : -1) : (size?.[i] ?? -1)));
    const shape = asked.map((n, i) => (n === -1 ? x.shape[i] - first[i] : n));
    const outside = shape.some((n, i) => first[i] < 0 || n < 0 || first[i] + n > x.shape[i]);
    if (outside || util.sizeFromShape(shape) === 0) return undefined;
    const cut = shape.map((n, i) => (n === x.shape[i] ? -1 : i)).filter((i) => i >= 0);
    if (cut.length === 0) return backend.alias(x, shape);
    if (cut.length > 1)
      return strided(
        backend,
        x,
        first,
        shape,
        x.shape.map(() => 1),
      );
    const { outer, inner } = around(x.shape, cut[0]);
    const from = backend.address(x) + 4 * first[cut[0]] * inner;
    const out = backend.output(shape, x.dtype);
    const run = shape[cut[0]] * inner;
    copyRows(backend, outer, run, [from, x.shape[cut[0]] * inner], [backend.address(out), run]);
    return out;
  });

  override("StridedSlice", (backend, { x }, attrs) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
    if (!isWord(x)) return undefined;
    const info = slice_util.sliceInfo(
      ...([x.shape, begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const),
    );
    const { finalShapeSparse, finalShape, begin: first, strides: steps } = info;
    if (finalShapeSparse.length !== x.shape.length || util.sizeFromShape(finalShape) === 0) return undefined;
    const out = strided(backend, x, first, finalShapeSparse, steps);
    return out && { ...out, shape: finalShape };
  });

  override("Tile", (backend, { x }, { reps }: { reps: number[] }) => {
    if (!isWord(x) || reps.length !== x.shape.length || util.sizeFromShape(x.shape) === 0) return undefined;
    if (reps.some((r) => r < 1)) return undefined;
    let now: TensorInfo = backend.alias(x, x.shape);
    for (let axis = reps.length - 1; axis >= 0; axis--) {
      if (reps[axis] === 1) continue;
      const shape = now.shape.with(axis, now.shape[axis] * reps[axis]);
      const { outer, inner } = around(now.shape, axis);
      const run = now.shape[axis] * inner;
      const from = backend.address(now);
      const out = backend.output(shape, x.dtype);
      const to = backend.address(out);
      for (let r = 0; r < reps[axis]; r++) {
        copyRows(backend, outer, run, [from, run], [to + 4 * r * run, run * reps[axis]]);
      }
      backend.disposeData(now.dataId);
      now = out;
    }
    return now;
  });

  override("PadV2", (backend, { x }, { paddings, constantValue }) => {
    const pads = paddings as [number, number][];
    if (x.dtype !== "float32" || !pads.some(([a, b]) => a + b > 0) || util.sizeFromShape(x.shape) === 0)
      return undefined;
    let now: TensorInfo = backend.alias(x, x.shape);
    // From the last axis on, so that most is copied in long runs.
    for (let axis = pads.length - 1; axis >= 0; axis--) {
      const [before, after] = pads[axis];
      if (before + after === 0) continue;
      const shape = now.shape.with(axis, now.shape[axis] + before + after);
      const { outer, inner } = around(now.shape, axis);
      const from = backend.address(now);
      const out = backend.output(shape);
      const to = backend.address(out);
      backend.heap.f32(to, util.sizeFromShape(shape)).fill(constantValue);
      const run = now.shape[axis] * inner;
      copyRows(backend, outer, run, [from, run], [to + 4 * before * inner, shape[axis] * inner]);
      backend.disposeData(now.dataId);
      now = out;
    }
    return now;
  });

  override("Concat", (backend, inputs, { axis }: { axis: number }) => {
    const parts = (Array.isArray(inputs) ? inputs : Object.values(inputs)) as TensorInfo[];
    const at = axis < 0 ? axis + parts[0].shape.length : axis;
    if (!parts.every((p) => p.dtype === "float32" && util.sizeFromShape(p.shape) > 0)) return undefined;
    const addresses = parts.map((p) => backend.address(p));
    const fits = (p: TensorInfo): boolean => p.shape.every((n, i) => i === at || n === parts[0].shape[i]);
    if (!parts.every(fits)) return undefined;
    const { outer, inner } = around(parts[0].shape, at);
    const total = parts.reduce((n, p) => n + p.shape[at], 0);
    const out = backend.output(parts[0].shape.map((n, i) => (i === at ? total : n)));
    let to = backend.address(out);
    for (const [i, part] of parts.entries()) {
      const run = part.shape[at] * inner;
      copyRows(backend, outer, run, [addresses[i], run], [to, total * inner]);
      to += 4 * run;
    }
    return out;
  });

  override("Reverse", (backend, { x }, { dims }: { dims: number | number[] }) => {
    const axes = util.parseAxisParam(dims, x.shape);
    if (!isWord(x) || axes.length !== 1 || util.sizeFromShape(x.shape) === 0) return undefined;
    const count = x.shape[axes[0]];
    const { outer, inner } = around(x.shape, axes[0]);
    const last = backend.address(x) + 4 * (count - 1) * inner;
    const out = backend.output(x.shape, x.dtype);
    const grain = Math.max(1, Math.floor(16384 / (count * inner)));
    const strides = [count * inner, -inner, 0, 1];
    backend.pool.run("transpose", outer, grain, last, backend.address(out), count, 1, inner, ...strides);
    return out;
  });

  override("GatherV2", (backend, { x, indices }, { axis, batchDims }: { axis: number; batchDims: number }) => {
    const plain = indices.dtype === "int32" && (batchDims ?? 0) === 0 && x.shape.length > 0;
    if (!isWord(x) || !plain || util.parseAxisParam(axis, x.shape)[0] !== 0) return undefined;
    const [rows, ...rest] = x.shape;
    const count = util.sizeFromShape(rest);
    const n = util.sizeFromShape(indices.shape);
    const inside = (backend.readSync(indices.dataId) as Int32Array).every((i) => i >= 0 && i < rows);
    if (!inside || n * count === 0) return undefined;
    const [px, pi] = [backend.address(x), backend.address(indices)];
    const out = backend.output([...indices.shape, ...rest], x.dtype);
    const grain = Math.max(1, Math.floor(32768 / count));
    backend.pool.run("gatherRows", n, grain, px, pi, rows, count, backend.address(out));
    return out;
  });
  override("UnsortedSegmentSum", (backend, { x, segmentIds }, { numSegments }: { numSegments: number }) => {
    if (x.dtype !== "float32" || segmentIds.dtype !== "int32" || segmentIds.shape.length !== 1) return undefined;
    const [n, ...rest] = x.shape;
    const count = util.sizeFromShape(rest);
    if (n * count === 0) return undefined;
    const [px, pi] = [backend.address(x), backend.address(segmentIds)];
    const out = backend.output([numSegments, ...rest]);
    const to = backend.address(out);
    backend.heap.f32(to, numSegments * count).fill(0);
    backend.pool.run("scatterAddRows", Math.ceil(count / 4), 4, px, pi, n, numSegments, count, to);
    return out;
  });

  define("Lookup", (backend, { table, index }) => {
    const [rows, count] = table.shape;
    const [pt, pi] = [backend.address(table), backend.address(index)];
    const out = backend.output([...index.shape, count]);
    const n = util.sizeFromShape(index.shape);
    backend.pool.run(
      "gatherRows",
      n,
      Math.max(1, Math.floor(32768 / count)),
      pt,
      pi,
      rows,
      count,
      backend.address(out),
    );
    return out;
  });
  define("LookupGradient", (backend, { dy, index }, { shape }: { shape: [number, number] }) => {
    const [rows, count] = shape;
    const [pdy, pi] = [backend.address(dy), backend.address(index)];
    const out = backend.output(shape);
    const to = backend.address(out);
    backend.heap.f32(to, rows * count).fill(0);
    const n = util.sizeFromShape(index.shape);
    backend.pool.run("scatterAddRows", Math.ceil(count / 4), 4, pdy, pi, n, rows, count, to);
    return out;
  });
  defineGradient("Lookup", ["table", "index"], [], (dy, [table, index]) => ({
    table: (): Tensor => runKernel("LookupGradient", { dy, index }, { shape: table.shape }),
  }));
}
