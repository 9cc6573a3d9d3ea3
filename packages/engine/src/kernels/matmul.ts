import { broadcast_util, type TensorInfo, util } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { unary } from "./elementwise.js";
import { define, defineGradient, type Inputs, override, runKernel } from "./override.js";
import { MANY_ROWS, weightSums } from "./weightSums.js";

/** One side of a product: rows × cols as stored, at an address, perhaps read transposed. */
export interface Side {
  address: number;
  rows: number;
  cols: number;
  transposed?: boolean;
}

/** Multiply–adds a thread takes at a time: some 20 µs. */
const GRAIN = 1 << 19;
const ADD = 1;
const RELU = 2;

/** What happens to a product on its way out. */
interface Finish {
  /** Address of N numbers. */
  bias?: number;
  relu?: boolean;
  /** Adds to what is there. */
  add?: boolean;
}

/** Bytes of the right side of a product, packed: K × N numbers in panels of eight columns. */
export const packedBytes = (K: number, N: number): number => 32 * K * Math.ceil(N / 8);

/** Packs the right side of a product. */
export function packRight({ pool }: EarshotBackend, b: Side, out: number): void {
  const [K, N] = b.transposed ? [b.cols, b.rows] : [b.rows, b.cols];
  const [sk, sn] = b.transposed ? [4, b.cols * 4] : [b.cols * 4, 4];
  const grain = Math.max(1, Math.ceil(GRAIN / 64 / K));
  pool.run("packPanels", Math.ceil(N / 8), grain, b.address, sk, sn, K, N, out);
}

/** out = a·b (+ bias, ReLU), M × N numbers at an address, from a packed right side. */
export function packedProduct(
  { pool }: EarshotBackend,
  a: Side,
  packed: number,
  N: number,
  out: number,
  { bias = 0, relu = false, add = false }: Finish = {},
): void {
  const [M, K] = a.transposed ? [a.cols, a.rows] : [a.rows, a.cols];
  const [sm, step] = a.transposed ? [4, a.cols * 4] : [a.cols * 4, 4];
  const flags = (add ? ADD : 0) + (relu ? RELU : 0);
  const grain = Math.max(4, 4 * Math.ceil(GRAIN / (4 * N * K)));
  pool.run("gemm", M, grain, a.address, sm, step, packed, out, N * 4, K, N, bias, flags);
}

/** out = a·b (+ bias, ReLU), M × N numbers at an address. */
export function product(backend: EarshotBackend, a: Side, b: Side, out: number, finish: Finish = {}): void {
  const [K, N] = b.transposed ? [b.cols, b.rows] : [b.rows, b.cols];
  backend.heap.withScratch(packedBytes(K, N), (packed) => {
    packRight(backend, b, packed);
    packedProduct(backend, a, packed, N, out, finish);
  });
}

/** BatchMatMul and _FusedMatMul of tfjs. */
function batchMatMul(
  backend: EarshotBackend,
  { a, b, bias, preluActivationWeights }: Inputs,
  { transposeA = false, transposeB = false, activation = "linear", leakyreluAlpha = 0 },
): TensorInfo | undefined {
  if (a.dtype !== "float32" || b.dtype !== "float32" || preluActivationWeights) return undefined;
  const [ar, ac] = a.shape.slice(-2);
  const [br, bc] = b.shape.slice(-2);
  const N = transposeB ? br : bc;
  if (bias && util.sizeFromShape(bias.shape) !== N) return undefined;
  // tfjs' own kernel says that inner sides differ.
  if ((transposeA ? ar : ac) !== (transposeB ? bc : br)) return undefined;
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const [countA, countB] = [util.sizeFromShape(batchA), util.sizeFromShape(batchB)];
  const count = util.sizeFromShape(batch);
  if ((countA !== count && countA !== 1) || (countB !== count && countB !== 1)) return undefined;
  const code = ACTIVATIONS[activation];
  if (code === undefined) return undefined;

  const [pa, pb, pbias] = [backend.address(a), backend.address(b), bias ? backend.address(bias) : 0];
  const M = transposeA ? ac : ar;
  const out = backend.output([...batch, M, N]);
  const o = backend.address(out);
  if (count > 1 && !bias && activation === "linear") {
    const [K, left, right] = [transposeA ? ar : ac, countA === 1 ? 0 : ar * ac * 4, countB === 1 ? 0 : br * bc * 4];
    const [sm, sk] = transposeA ? [4, ac * 4] : [ac * 4, 4];
    const [skb, snb] = transposeB ? [4, bc * 4] : [bc * 4, 4];
    const scratchBytes = packedBytes(K, N);
    backend.heap.withScratch(backend.pool.threads * scratchBytes, (scratch) => {
      const sides = [pa, left, sm, sk, pb, right, skb, snb, o, M, K, N];
      const grain = Math.max(1, Math.floor(GRAIN / (M * K * N)));
      backend.pool.run("batchGemm", count, grain, ...sides, scratch, scratchBytes);
    });
    return out;
  }
  for (let i = 0; i < count; i++) {
    product(
      backend,
      { address: pa + (countA === 1 ? 0 : i * ar * ac * 4), rows: ar, cols: ac, transposed: transposeA },
      { address: pb + (countB === 1 ? 0 : i * br * bc * 4), rows: br, cols: bc, transposed: transposeB },
      o + i * M * N * 4,
      { bias: pbias, relu: activation === "relu" },
    );
  }
  return activated(backend, out, activation, leakyreluAlpha);
}

/** Numbers of activations in assembly/elementwise.ts; −1 where the product has done it. */
const ACTIVATIONS: Record<string, number> = {
  linear: -1,
  relu: -1,
  relu6: 1,
  leakyrelu: 2,
  elu: 3,
  sigmoid: 4,
  tanh: 5,
};

/** Applies an activation that the product before did not. */
export function activated(backend: EarshotBackend, out: TensorInfo, activation: string, alpha = 0): TensorInfo {
  const code = ACTIVATIONS[activation];
  if (code < 0) return out;
  const y = unary(backend, out, code, alpha);
  backend.disposeData(out.dataId);
  return y;
}

/** Products of matrices, and a dense layer's two directions as one kernel each. */
export function registerMatMul(): void {
  override("BatchMatMul", batchMatMul);
  override("_FusedMatMul", batchMatMul);

  define("Dense", (backend, { x, kernel, bias }, { relu }: { relu: boolean }) => {
    const [rows, inputs] = x.shape;
    const units = kernel.shape[1];
    const a = { address: backend.address(x), rows, cols: inputs };
    const b = { address: backend.address(kernel), rows: inputs, cols: units };
    const pbias = bias ? backend.address(bias) : 0;
    const out = backend.output([rows, units]);
    product(backend, a, b, backend.address(out), { bias: pbias, relu });
    return out;
  });

  define("DenseKernelGradient", (backend, { x, dy }) => {
    const [rows, inputs] = x.shape;
    const units = dy.shape[1];
    const [px, pdy] = [backend.address(x), backend.address(dy)];
    const out = backend.output([inputs, units]);
    if (rows >= MANY_ROWS && inputs * units < 2 ** 18) {
      const sides = { a: { address: px, cols: inputs }, b: { address: pdy, cols: units }, rows };
      weightSums(backend, sides, { a: backend.address(out) });
      return out;
    }
    const a = { address: px, rows, cols: inputs, transposed: true };
    product(backend, a, { address: pdy, rows, cols: units }, backend.address(out));
    return out;
  });
  define("DenseInputGradient", (backend, { dy, kernel }) => {
    const [rows, units] = dy.shape;
    const inputs = kernel.shape[0];
    const [pdy, pk] = [backend.address(dy), backend.address(kernel)];
    const out = backend.output([rows, inputs]);
    const b = { address: pk, rows: inputs, cols: units, transposed: true };
    product(backend, { address: pdy, rows, cols: units }, b, backend.address(out));
    return out;
  });
  defineGradient("Dense", ["x", "kernel"], [true], (dy, [x, kernel, y], attrs) => {
    const dz = (attrs as { relu: boolean }).relu ? runKernel("ReluGradient", { dy, y }) : dy;
    return {
      x: () => runKernel("DenseInputGradient", { dy: dz, kernel }),
      kernel: () => runKernel("DenseKernelGradient", { x, dy: dz }),
      bias: () => runKernel("ColumnSums", { x: dz }),
    };
  });
}
