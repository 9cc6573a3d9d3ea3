import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, defineGradient, runKernel } from "./override.js";

/** Rows and columns of a weight as a matrix: all axes but the last, against the last. */
export function matrixOf({ shape }: { shape: number[] }): [rows: number, columns: number] {
  const columns = shape[shape.length - 1];
  return [shape.slice(0, -1).reduce((n, d) => n * d, 1), columns];
}

/** A weight over its largest singular value, and the gradient through both. */
export function registerSpectral(): void {
  define("SpectralNorm", (backend, { weight, left, right }) => {
    const [w, l, r] = [weight, left, right].map((t) => backend.address(t));
    const outputs: TensorInfo[] = [backend.output(weight.shape), backend.output([])];
    const [y, sigma] = outputs.map((t) => backend.address(t));
    const [rows, columns] = matrixOf(weight);
    backend.pool.run("singularValue", 1, 1, w, rows, columns, l, r, sigma);
    backend.pool.run("binaryScalar", rows * columns, 16384, DIVIDE, w, sigma, y, 0);
    return outputs;
  });
  define("SpectralNormGradient", (backend, { dy, y, left, right, sigma }) => {
    const [pdy, py, l, r, s] = [dy, y, left, right, sigma].map((t) => backend.address(t));
    const out = backend.output(y.shape);
    backend.pool.run("spectralGradient", 1, 1, pdy, py, ...matrixOf(y), l, r, s, backend.address(out));
    return out;
  });
  defineGradient("SpectralNorm", ["left", "right"], [true, true], (dy, [left, right, y, sigma]) => ({
    weight: () => runKernel("SpectralNormGradient", { dy, y, left, right, sigma }),
  }));
}

/** Number of the division in assembly/elementwise.ts. */
const DIVIDE = 3;

/** A round of the power iteration, in place. */
export function iterateInPlace(
  { pool }: EarshotBackend,
  [rows, columns]: [number, number],
  [w, left, right]: number[],
): void {
  pool.run("powerIteration", 1, 1, w, rows, columns, left, right);
}
