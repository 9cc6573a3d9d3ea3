import { getGradient, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, override, overrideGradient, runKernel } from "./override.js";

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

/** A reduction as [outer, reduced, inner] numbers, where its axes lie side by side. */
interface Pattern {
  outer: number;
  reduced: number;
  inner: number;
}

function patternOf(shape: number[], axes: number[]): Pattern | undefined {
  const sorted = [...axes].sort((a, b) => a - b);
  if (sorted.length === 0 || sorted.some((a, i) => a !== sorted[0] + i)) return undefined;
  const size = (from: number, to: number): number => util.sizeFromShape(shape.slice(from, to));
  const [first, after] = [sorted[0], sorted[0] + sorted.length];
  return { outer: size(0, first), reduced: size(first, after), inner: size(after, shape.length) };
}

/** The pattern of a reduction of floats, or none where it is left to tfjs. */
function reductionOf(x: TensorInfo, axis: number | number[]): (Pattern & { axes: number[] }) | undefined {
  if (x.dtype !== "float32" || x.shape.length === 0 || util.sizeFromShape(x.shape) === 0) return undefined;
  const axes = util.parseAxisParam(axis, x.shape);
  const pattern = patternOf(x.shape, axes);
  return pattern && { ...pattern, axes };
}

const shapeWithout = (shape: number[], axes: number[], keepDims: boolean): number[] =>
  keepDims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : shape.filter((_, i) => !axes.includes(i));

/** Sum or mean; axes that do not lie side by side go one after the other. */
function reduceSum(
  backend: EarshotBackend,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
  mean: boolean,
): TensorInfo | undefined {
  const pattern = reductionOf(x, axis);
  if (!pattern) return inTurn(backend, x, axis, keepDims, mean);
  const { outer, reduced, inner, axes } = pattern;
  const shape = shapeWithout(x.shape, axes, keepDims);
  const scale = mean ? 1 / reduced : 1;
  if (outer === 1) return columnSums(backend, x, reduced, inner, shape, scale);
  const from = backend.address(x);
  const out = backend.output(shape);
  const to = backend.address(out);
  const grain = Math.max(1, Math.floor(16384 / (reduced * inner)));
  if (inner === 1) backend.pool.run("rowReduce", outer, grain, from, reduced, 0, scale, to);
  else backend.pool.run("middleSum", outer, grain, from, reduced, inner, scale, to);
  return out;
}

/** Axis by axis, from the last on. */
function inTurn(
  backend: EarshotBackend,
  x: TensorInfo,
  axis: number | number[],
  keepDims: boolean,
  mean: boolean,
): TensorInfo | undefined {
  const axes = util.parseAxisParam(axis, x.shape).sort((a, b) => b - a);
  if (x.dtype !== "float32" || axes.length < 2 || util.sizeFromShape(x.shape) === 0) return undefined;
  let now: TensorInfo | undefined;
  for (const one of axes) {
    const next = reduceSum(backend, now ?? x, one, keepDims, mean);
    if (now) backend.disposeData(now.dataId);
    now = next;
  }
  return now;
}

/** The gradient of a sum or mean: each number goes back to all that it came from. */
function spreadGradient(name: "Sum" | "Mean", axisOf: (x: TensorInfo, attrs: object) => number[]): void {
  define(`${name}Gradient`, (backend, { dy }, { shape, axes }: { shape: number[]; axes: number[] }) => {
    const { outer, reduced, inner } = patternOf(shape, axes) as Pattern;
    const from = backend.address(dy);
    const out = backend.output(shape);
    const grain = Math.max(1, Math.floor(16384 / (reduced * inner)));
    const scale = name === "Mean" ? 1 / reduced : 1;
    backend.pool.run("spread", outer, grain, from, reduced, inner, scale, backend.address(out));
    return out;
  });
  const plain = getGradient(name);
  overrideGradient(name, (dy, saved, attrs) => {
    const [x] = saved;
    const axes = axisOf(x, attrs);
    if (Array.isArray(dy) || dy.dtype !== "float32" || !patternOf(x.shape, axes))
      return plain.gradFunc(dy, saved, attrs);
    return { x: () => runKernel(`${name}Gradient`, { dy }, { shape: x.shape, axes }) };
  });
}

/** Sums, means and maxima. */
export function registerReductions(): void {
  override("Sum", (backend, { x }, { axis, keepDims }) => reduceSum(backend, x, axis, keepDims, false));
  override("Mean", (backend, { x }, { axis, keepDims }) => reduceSum(backend, x, axis, keepDims, true));
  override("Max", (backend, { x }, { reductionIndices, keepDims }) => {
    const pattern = reductionOf(x, reductionIndices);
    if (!pattern) return undefined;
    const { outer, reduced, inner, axes } = pattern;
    const from = backend.address(x);
    const out = backend.output(shapeWithout(x.shape, axes, keepDims));
    const to = backend.address(out);
    const grain = Math.max(1, Math.floor(16384 / (reduced * inner)));
    if (inner === 1) backend.pool.run("rowReduce", outer, grain, from, reduced, 1, 1, to);
    else backend.pool.run("middleMax", outer, grain, from, reduced, inner, to);
    return out;
  });
  const axisOf = (x: TensorInfo, attrs: object): number[] => {
    const { axis } = attrs as { axis: number | number[] };
    return util.parseAxisParam(axis, x.shape);
  };
  spreadGradient("Sum", axisOf);
  spreadGradient("Mean", axisOf);
}
