import { backend_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, type OurKernel, override, overrideGradient, runKernel } from "./override.js";

/** Numbers of the operations in assembly/elementwise.ts. */
const BINARY = { Add: 0, Sub: 1, Multiply: 2, RealDiv: 3, Maximum: 4, Minimum: 5, SquaredDifference: 6 };
const MASKS = { Relu: 7, Sigmoid: 8, Tanh: 9, Elu: 10, Relu6: 11 };
const UNARY = {
  Relu: 0,
  Relu6: 1,
  LeakyRelu: 2,
  Elu: 3,
  Sigmoid: 4,
  Tanh: 5,
  Exp: 6,
  Log: 7,
  Sqrt: 8,
  Rsqrt: 9,
  Square: 10,
  Neg: 11,
  Abs: 12,
  Reciprocal: 13,
  Step: 14,
  Softplus: 16,
};
/** Elements a thread takes at a time: 64 kB, a multiple of the vector. */
const GRAIN = 16384;

const isFloat = (t: TensorInfo): boolean => t.dtype === "float32";

/** How b stretches over a: the same shape, one number, or one row for all of a's rows. */
function stretch(a: TensorInfo, b: TensorInfo, shape: number[]): "same" | "scalar" | "row" | undefined {
  const size = util.sizeFromShape(shape);
  if (util.sizeFromShape(a.shape) !== size) return undefined;
  const own = util.sizeFromShape(b.shape);
  if (own === size) return "same";
  if (own === 1) return "scalar";
  const suffix = b.shape.slice(b.shape.findIndex((d) => d !== 1));
  return suffix.every((d, i) => d === shape[shape.length - suffix.length + i]) ? "row" : undefined;
}

function binary(op: number): OurKernel {
  return (backend, { a, b }) => {
    if (!isFloat(a) || !isFloat(b)) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const direct = stretch(a, b, shape);
    const swapped = direct ? undefined : stretch(b, a, shape);
    if (!direct && !swapped) return broadcast(backend, op, a, b, shape);
    const [whole, part] = direct ? [a, b] : [b, a];
    return elementwise(backend, op, whole, part, shape, (direct ?? swapped) as "same" | "scalar" | "row", !direct);
  };
}

function elementwise(
  backend: EarshotBackend,
  op: number,
  whole: TensorInfo,
  part: TensorInfo,
  shape: number[],
  kind: "same" | "scalar" | "row",
  swapped: boolean,
): TensorInfo {
  const [x, y] = [backend.address(whole), backend.address(part)];
  const out = backend.output(shape);
  const o = backend.address(out);
  const size = util.sizeFromShape(shape);
  const flag = swapped ? 1 : 0;
  if (kind === "same") backend.pool.run("binary", size, GRAIN, op, x, y, o);
  else if (kind === "scalar") backend.pool.run("binaryScalar", size, GRAIN, op, x, y, o, flag);
  else {
    const cols = util.sizeFromShape(part.shape);
    const rows = Math.max(1, Math.floor(GRAIN / cols));
    backend.pool.run("binaryRow", size / cols, rows, op, x, y, o, cols, flag);
  }
  return out;
}

/** Runs that are worth a call each; more are left to tfjs. */
const MOST_RUNS = 16384;

/** Any other stretch. The innermost axes along which the same sides move on are one run, and a call computes a run. */
function broadcast(backend: EarshotBackend, op: number, a: TensorInfo, b: TensorInfo, shape: number[]) {
  const moves = (t: TensorInfo): boolean[] =>
    shape.map((_, i) => (t.shape[i - shape.length + t.shape.length] ?? 1) > 1);
  const [ma, mb] = [moves(a), moves(b)];
  let axis = shape.length - 1;
  while (axis > 0 && shape[axis] === 1) axis--;
  const kind = [ma[axis], mb[axis]];
  let run = 1;
  while (axis >= 0 && (shape[axis] === 1 || (ma[axis] === kind[0] && mb[axis] === kind[1]))) run *= shape[axis--];
  const outer = shape.slice(0, axis + 1);
  const runs = util.sizeFromShape(outer);
  if (runs > MOST_RUNS) return undefined;
  const [pa, pb] = [backend.address(a), backend.address(b)];
  const out = backend.output(shape);
  const o = backend.address(out);
  const { binary: same, binaryScalar: scalar } = backend.pool.local;
  const [stepsA, stepsB] = [steps(outer, ma, kind[0] ? run : 1), steps(outer, mb, kind[1] ? run : 1)];
  const index = new Array<number>(outer.length).fill(0);
  let [i, j] = [0, 0];
  for (let r = 0; r < runs; r++) {
    const [x, y, to] = [pa + 4 * i, pb + 4 * j, o + 4 * r * run];
    if (kind[0] && kind[1]) same(0, run, 0, op, x, y, to);
    else if (kind[0]) scalar(0, run, 0, op, x, y, to, 0);
    else scalar(0, run, 0, op, y, x, to, 1);
    for (let d = outer.length - 1; d >= 0; d--) {
      i += stepsA[d];
      j += stepsB[d];
      if (++index[d] < outer[d]) break;
      i -= stepsA[d] * outer[d];
      j -= stepsB[d] * outer[d];
      index[d] = 0;
    }
  }
  return out;
}

/** How far a side moves for one step along each outer axis: 0 where it is stretched. */
function steps(outer: number[], moves: boolean[], run: number): number[] {
  const out = new Array<number>(outer.length);
  let size = run;
  for (let d = outer.length - 1; d >= 0; d--) {
    out[d] = moves[d] ? size : 0;
    if (moves[d]) size *= outer[d];
  }
  return out;
}

/** out = f(x), element by element. */
export function unary(backend: EarshotBackend, x: TensorInfo, op: number, alpha = 0): TensorInfo {
  const from = backend.address(x);
  const out = backend.output(x.shape);
  backend.pool.run("unary", util.sizeFromShape(x.shape), GRAIN, op, from, backend.address(out), alpha);
  return out;
}

/** Sums, products and activations, and the gradients of activations as one kernel each. */
export function registerElementwise(): void {
  for (const [name, op] of Object.entries(BINARY)) override(name, binary(op));
  for (const [name, op] of Object.entries(UNARY)) {
    override(name, (backend, { x }, attrs) => {
      // A step whose left side is not 0 (the gradient of abs has −1 there) is left to tfjs.
      if (!isFloat(x) || (name === "Step" && attrs?.alpha)) return undefined;
      return unary(backend, x, op, attrs?.alpha as number);
    });
  }
  // Tensors are never written in place, so a copy may share its numbers.
  override("Identity", (backend, { x }) => (x.dtype === "complex64" ? undefined : backend.alias(x, x.shape)));

  for (const [name, op] of Object.entries(MASKS)) {
    const kernel = `${name}Gradient`;
    define(kernel, (backend, { dy, y }) => elementwise(backend, op, dy, y, dy.shape, "same", false));
    if (name === "Elu") continue;
    overrideGradient(name, (dy, [saved]) => ({ x: () => runKernel(kernel, { dy: dy as never, y: saved }) }), kernel);
  }
  define("LeakyReluGradient", (backend, { dy, x }, { alpha }: { alpha: number }) => {
    const [d, from] = [backend.address(dy), backend.address(x)];
    const out = backend.output(x.shape);
    backend.pool.run("leakyGradient", util.sizeFromShape(x.shape), GRAIN, d, from, backend.address(out), alpha);
    return out;
  });
  const leaky = "LeakyReluGradient";
  overrideGradient(
    "LeakyRelu",
    (dy, [x], attrs) => ({ x: () => runKernel(leaky, { dy: dy as never, x }, attrs) }),
    leaky,
  );
  override("EluGrad", (backend, { dy, y }) => elementwise(backend, MASKS.Elu, dy, y, dy.shape, "same", false));
}
