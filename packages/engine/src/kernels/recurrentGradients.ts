import type { Tensor } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { product, products } from "./matmul.js";
import { define, defineGradient, runKernel } from "./override.js";
import { columnSums } from "./reduce.js";

export interface RecurrentAttrs {
  /** From the last step to the first. */
  reverse: boolean;
  /** Keras' hard sigmoid for the gates. */
  hard: boolean;
  /** GRU: reset after the recurrent product, as PyTorch. */
  after: boolean;
}

/** Exchanges the first two axes of [A, B, C]: batch-major becomes time-major and back. */
export function exchange({ pool }: EarshotBackend, from: number, to: number, A: number, B: number, C: number): void {
  pool.run("transpose", B, Math.max(1, Math.floor(16384 / (A * C))), from, to, A, 1, C, C, B * C, 0, 1);
}

/** What weights and inputs get of a recurrent layer's gradient: products over all steps at once. */
export function registerRecurrentGradients(): void {
  define("StepProducts", (backend, { x, before, dz }) => {
    // xᵀ·dz and h₋ᵀ·dz over all steps and rows: [T, B, F], [T, B, H] and [T, B, G] give [F, G] and [H, G].
    const [T, B, G] = dz.shape;
    const [px, pb, pz] = [x, before, dz].map((t) => backend.address(t));
    const [F, H] = [x.shape[2], before.shape[2]];
    const outputs = [backend.output([F, G]), backend.output([H, G])];
    const side = (address: number, cols: number) => ({ address, rows: T * B, cols, transposed: true });
    const list = [
      { a: side(px, F), out: backend.address(outputs[0]) },
      { a: side(pb, H), out: backend.address(outputs[1]) },
    ];
    products(backend, list, { address: pz, rows: T * B, cols: G });
    return outputs;
  });
  define("StepProduct", (backend, { a, b }) => {
    const [P, Q] = [a.shape[2], b.shape[2]];
    const rows = a.shape[0] * a.shape[1];
    const [pa, pb] = [backend.address(a), backend.address(b)];
    const out = backend.output([P, Q]);
    const side = { address: pa, rows, cols: P, transposed: true };
    product(backend, side, { address: pb, rows, cols: Q }, backend.address(out));
    return out;
  });
  define("GruRecurrentGradient", (backend, { before, inner, dz }) => {
    const [T, B, H] = before.shape;
    const [pb, pi, pz] = [before, inner, dz].map((t) => backend.address(t));
    const out = backend.output([H, 3 * H]);
    const to = backend.address(out);
    const b = { address: pz, rows: B * T, cols: 3 * H };
    product(backend, { address: pb, rows: B * T, cols: H, transposed: true }, b, to);
    // The last third met r ⊙ h₋ instead of h₋.
    backend.heap.withScratch(12 * H * H, (other) => {
      product(backend, { address: pi, rows: B * T, cols: H, transposed: true }, b, other);
      backend.pool.run("copyRows", H, H, other + 8 * H, 12 * H, to + 8 * H, 12 * H, H);
    });
    return out;
  });
  define("StepInput", (backend, { dz, kernel }) => {
    const [T, B, G] = dz.shape;
    const F = kernel.shape[0];
    const [pz, pk] = [backend.address(dz), backend.address(kernel)];
    const out = backend.output([B, T, F]);
    const to = backend.address(out);
    const b = { address: pk, rows: F, cols: G, transposed: true };
    backend.heap.withScratch(4 * B * T * F, (dx) => {
      product(backend, { address: pz, rows: B * T, cols: G }, b, dx);
      exchange(backend, dx, to, T, B, F);
    });
    return out;
  });
  define("StepSums", (backend, { x }) => {
    const cols = x.shape[2];
    return columnSums(backend, x, x.shape[0] * x.shape[1], cols, [cols]);
  });
  const lstmSaved = ["kernel", "recurrent", "c0", "mask", "drop"];
  defineGradient("Lstm", lstmSaved, [false, true, true, true, true], (dh, saved, attrs) => {
    const [kernel, recurrent, c0, mask, drop, x, c, before, gates] = saved;
    const inputs = { dh, gates, c, recurrent, c0, mask, drop };
    const [dz, dh0, dc0] = runKernel<Tensor[]>("LstmGradient", inputs, attrs);
    const [dKernel, dRecurrent] = runKernel<Tensor[]>("StepProducts", { x, before, dz });
    return {
      x: () => runKernel("StepInput", { dz, kernel }),
      kernel: () => dKernel,
      recurrent: () => dRecurrent,
      bias: () => runKernel("StepSums", { x: dz }),
      h0: () => dh0,
      c0: () => dc0,
    };
  });
  const gruSaved = ["kernel", "recurrent", "mask", "drop"];
  defineGradient("Gru", gruSaved, [false, true, true, true, true, true], (dh, saved, attrs) => {
    const [kernel, recurrent, mask, drop, x, h, before, inner, gates] = saved;
    const { after } = attrs as RecurrentAttrs;
    const inputs = { dh, gates, h, before, inner, recurrent, mask, drop };
    const [dz, dr, dh0] = runKernel<Tensor[]>("GruGradient", inputs, attrs);
    return {
      x: () => runKernel("StepInput", { dz, kernel }),
      kernel: () => runKernel("StepProduct", { a: x, b: dz }),
      recurrent: () =>
        after
          ? runKernel("StepProduct", { a: before, b: dr })
          : runKernel("GruRecurrentGradient", { before, inner, dz }),
      bias: () => runKernel("StepSums", { x: dz }),
      recurrentBias: () => runKernel("StepSums", { x: dr }),
      h0: () => dh0,
    };
  });
}
