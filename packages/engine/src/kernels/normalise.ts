import type { Tensor, TensorInfo } from "@tensorflow/tfjs-core";
import { mul, step, sum, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { define, defineGradient, runKernel } from "./override.js";
import { partsOf } from "./reduce.js";

interface Columns {
  rows: number;
  cols: number;
}

const columnsOf = (x: TensorInfo): Columns => {
  const cols = x.shape[x.shape.length - 1];
  return { rows: util.sizeFromShape(x.shape) / cols, cols };
};

const rowGrain = (cols: number): number => Math.max(1, Math.floor(16384 / cols));

/** Two sums of every column that a kernel gathers in parts; joined in the order of the parts. */
function twoSums(
  { heap, pool }: EarshotBackend,
  kernel: string,
  { rows, cols }: Columns,
  before: number[],
  after: number[],
): [Float64Array, Float64Array] {
  const { parts, per } = partsOf(rows);
  const wide = 4 * Math.ceil(cols / 4);
  const [first, second] = [new Float64Array(cols), new Float64Array(cols)];
  heap.withScratch(parts * 2 * wide * 8, (out) => {
    pool.run(kernel, parts, rows * cols > 65536 ? 1 : parts, ...before, rows, cols, per, ...after, out);
    const sums = heap.f64(out, parts * 2 * wide);
    for (let i = 0; i < parts; i++) {
      for (let c = 0; c < cols; c++) {
        first[c] += sums[2 * i * wide + c];
        second[c] += sums[(2 * i + 1) * wide + c];
      }
    }
  });
  return [first, second];
}

/** Batch normalisation in training: statistics of the batch, the two directions, and the ReLU that usually follows. */
export function registerNormalisation(): void {
  define("BatchNormTrain", (backend, { x, gamma, beta }, { epsilon, relu }: { epsilon: number; relu: boolean }) => {
    const { heap, pool } = backend;
    const { rows, cols } = columnsOf(x);
    const [px, pg, pb] = [backend.address(x), backend.address(gamma), backend.address(beta)];
    const outputs = [x.shape, [cols], [cols], [cols], [cols]].map((shape) => backend.output(shape));
    const [y, mean, variance, slope, offset] = outputs.map((t) => backend.address(t));
    const [sums, squares] = twoSums(backend, "normStats", { rows, cols }, [px], []);
    const [g, b, m, v, a, o] = [pg, pb, mean, variance, slope, offset].map((p) => heap.f32(p, cols));
    const pivot = heap.f32(px, cols);
    for (let c = 0; c < cols; c++) {
      const d = sums[c] / rows;
      const centre = pivot[c] + d;
      const spread = Math.max(0, squares[c] / rows - d * d);
      const k = g[c] / Math.sqrt(spread + epsilon);
      m[c] = centre;
      v[c] = spread;
      a[c] = k;
      o[c] = b[c] - centre * k;
    }
    pool.run("normApply", rows, rowGrain(cols), px, y, cols, slope, offset, relu ? 1 : 0);
    return outputs;
  });

  define(
    "BatchNormGradient",
    (
      backend,
      { x, dy, gamma, mean, variance, slope, offset },
      { epsilon, relu }: { epsilon: number; relu: boolean },
    ) => {
      const { heap, pool } = backend;
      const { rows, cols } = columnsOf(x);
      const [px, pdy, pg, pm, pv, pa, po] = [x, dy, gamma, mean, variance, slope, offset].map((t) =>
        backend.address(t),
      );
      const outputs = [x.shape, [cols], [cols]].map((shape) => backend.output(shape));
      const [dx, dGamma, dBeta] = outputs.map((t) => backend.address(t));
      const flag = relu ? 1 : 0;
      const after = [pa, po, pm, flag];
      const [sums, products] = twoSums(backend, "normGradStats", { rows, cols }, [px, pdy], after);
      heap.withScratch(12 * cols, (scratch) => {
        const [p, q, s] = [0, 1, 2].map((i) => heap.f32(scratch + 4 * i * cols, cols));
        const [g, m, v, dg, db] = [pg, pm, pv, dGamma, dBeta].map((at) => heap.f32(at, cols));
        for (let c = 0; c < cols; c++) {
          const r = 1 / Math.sqrt(v[c] + epsilon);
          const k = g[c] * r;
          const slopeOfX = (-k * r * r * products[c]) / rows;
          dg[c] = products[c] * r;
          db[c] = sums[c];
          p[c] = k;
          q[c] = slopeOfX;
          s[c] = (-k * sums[c]) / rows - slopeOfX * m[c];
        }
        const [pp, pq, ps] = [0, 1, 2].map((i) => scratch + 4 * i * cols);
        pool.run("normGradApply", rows, rowGrain(cols), px, pdy, dx, cols, pa, po, pp, pq, ps, flag);
      });
      return outputs;
    },
  );

  defineGradient("BatchNormTrain", ["x", "gamma"], [false, true, true, true, true], (dy, saved, attrs) => {
    const [x, gamma, mean, variance, slope, offset] = saved;
    const inputs = { x, dy, gamma, mean, variance, slope, offset };
    const [dx, dGamma, dBeta] = runKernel<Tensor[]>("BatchNormGradient", inputs, attrs);
    return { x: () => dx, gamma: () => dGamma, beta: () => dBeta };
  });

  define("Affine", (backend, { x, slope, offset }, { relu }: { relu: boolean }) => {
    const { rows, cols } = columnsOf(x);
    const [px, pa, po] = [x, slope, offset].map((t) => backend.address(t));
    const out = backend.output(x.shape);
    backend.pool.run("normApply", rows, rowGrain(cols), px, backend.address(out), cols, pa, po, relu ? 1 : 0);
    return out;
  });
  // Layers that are frozen pass on what layers before them learn from.
  defineGradient("Affine", ["x", "slope"], [true], (dy, [x, slope, y], attrs) => {
    const own = (attrs as { relu: boolean }).relu ? mul(dy, step(y)) : dy;
    const rows = x.shape.slice(0, -1).map((_, i) => i);
    return {
      x: () => mul(own, slope),
      slope: () => sum(mul(own, x), rows),
      offset: () => sum(own, rows),
    };
  });

  define("Dropout", (backend, { x }, { rate, seed }: { rate: number; seed: number }) => {
    const from = backend.address(x);
    const out = backend.output(x.shape);
    const keep = Math.floor((1 - rate) * 2 ** 32) - 1;
    const size = util.sizeFromShape(x.shape);
    backend.pool.run("dropout", size, 16384, from, backend.address(out), seed | 0, keep | 0, 1 / (1 - rate));
    return out;
  });
  defineGradient("Dropout", [], [], (dy, _saved, attrs) => ({ x: () => runKernel("Dropout", { x: dy }, attrs) }));
}
