import { reshape, slice, type Tensor } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { product } from "./matmul.js";
import { define, runKernel, taped } from "./override.js";
import { weightSums } from "./weightSums.js";

export interface RecurrentAttrs {
  /** From the last step to the first. */
  reverse: boolean;
  /** Keras' hard sigmoid for the gates. */
  hard: boolean;
  /** GRU: reset after the recurrent product, as PyTorch. */
  after: boolean;
  /** Gives the state after the last step alone. */
  last: boolean;
  /** GRU: the update gate too blends with the dropped state. */
  through?: boolean;
}

/** Exchanges the first two axes of [A, B, C]: batch-major becomes time-major and back. */
export function exchange({ pool }: EarshotBackend, from: number, to: number, A: number, B: number, C: number): void {
  pool.run("transpose", B, Math.max(1, Math.floor(16384 / (A * C))), from, to, A, 1, C, C, B * C, 0, 1);
}

/** What weights and inputs get of a recurrent layer's gradient: products over all steps at once. */
export function registerRecurrentGradients(): void {
  // aᵀ·b, otherᵀ·b and b's sums over all steps and rows: [T, B, P], [T, B, Q] and [T, B, N] give [P, N], [Q, N] and [N].
  define("StepWeights", (backend, { a, other, b }) => {
    const [T, B, N] = b.shape;
    const [P, Q] = [a.shape[2], other?.shape[2] ?? 0];
    const [pa, po, pb] = [a, other, b].map((t) => (t ? backend.address(t) : 0));
    const outputs = [[P, N], ...(other ? [[Q, N]] : []), [N]].map((shape) => backend.output(shape));
    const places = outputs.map((t) => backend.address(t));
    const sides = {
      a: { address: pa, cols: P },
      other: other && { address: po, cols: Q },
      b: { address: pb, cols: N },
    };
    const sums = places[places.length - 1];
    weightSums(backend, { ...sides, rows: T * B }, { a: places[0], other: other ? places[1] : 0, sums });
    return outputs;
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
  // Its last third met r ⊙ h₋ instead of h₋.
  define("GruRecurrentGradient", (backend, { before, inner }) => {
    const [H, wide] = before.shape;
    const [pb, pi] = [before, inner].map((t) => backend.address(t));
    const out = backend.output([H, wide]);
    const to = backend.address(out);
    backend.pool.run("copyRows", H, H, pb, 4 * wide, to, 4 * wide, 2 * H);
    backend.pool.run("copyRows", H, H, pi + 8 * H, 4 * wide, to + 8 * H, 4 * wide, H);
    return out;
  });
}

/** What a recurrent layer may be given and its gradient then reads. */
const OPTIONAL = ["c0", "mask", "drop"];
const named = (names: string[], tensors: Tensor[]): Record<string, Tensor> =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]]));

/**
 * States of an LSTM, taped: of all that the kernel leaves for its gradient, only the states count as outputs, since tfjs would
 * make zeros for every output that no gradient comes from; with `cell` the cell's last state follows them.
 */
export function tapedLstm(inputs: Record<string, Tensor>, attrs: RecurrentAttrs & { cell?: boolean }): Tensor[] {
  const { kernel, recurrent, ...rest } = inputs;
  const given = OPTIONAL.filter((name) => rest[name]);
  const states = taped<Tensor | Tensor[]>(
    inputs,
    (save) => {
      const [h, x, c, before, gates] = runKernel<Tensor[]>("Lstm", inputs, attrs);
      save([kernel, recurrent, x, c, before, gates, ...given.map((name) => rest[name])]);
      return attrs.cell ? [h, lastOf(c, attrs.reverse)] : h;
    },
    (dy, [kernel, recurrent, x, c, before, gates, ...others]) => {
      const [dh, dc] = [dy].flat();
      const sources = { dh, ...(dc && { dc }), gates, c, recurrent, ...named(given, others) };
      const [dz, dh0, dc0] = runKernel<Tensor[]>("LstmGradient", sources, attrs);
      const [dKernel, dRecurrent, dBias] = runKernel<Tensor[]>("StepWeights", { a: x, other: before, b: dz });
      return {
        x: () => runKernel("StepInput", { dz, kernel }),
        kernel: () => dKernel,
        recurrent: () => dRecurrent,
        bias: () => dBias,
        h0: () => dh0,
        c0: () => dc0,
      };
    },
  );
  return [states].flat();
}

/** What the last step left of [T, B, H]. */
function lastOf(steps: Tensor, reverse: boolean): Tensor {
  const [T, B, H] = steps.shape as number[];
  return reshape(slice(steps, [reverse ? 0 : T - 1, 0, 0], [1, B, H]), [B, H]);
}

/** States of a GRU, taped alike. */
export function tapedGru(inputs: Record<string, Tensor>, attrs: RecurrentAttrs): Tensor {
  const { kernel, recurrent, ...rest } = inputs;
  const given = OPTIONAL.filter((name) => rest[name]);
  return taped(
    inputs,
    (save) => {
      const [h, x, before, inner, gates] = runKernel<Tensor[]>("Gru", inputs, attrs);
      save([kernel, recurrent, h, x, before, inner, gates, ...given.map((name) => rest[name])]);
      return h;
    },
    (dh, [kernel, recurrent, h, x, before, inner, gates, ...others]) => {
      const sources = { dh, gates, h, before, inner, recurrent, ...named(given, others) };
      const [dz, dr, dh0] = runKernel<Tensor[]>("GruGradient", sources, attrs);
      const [dKernel, dBias] = runKernel<Tensor[]>("StepWeights", { a: x, b: dz });
      const [dRecurrent, dRecurrentBias] = attrs.after
        ? runKernel<Tensor[]>("StepWeights", { a: before, b: dr })
        : resetBefore(before, inner, dz);
      return {
        x: () => runKernel("StepInput", { dz, kernel }),
        kernel: () => dKernel,
        recurrent: () => dRecurrent,
        bias: () => dBias,
        recurrentBias: () => dRecurrentBias,
        h0: () => dh0,
      };
    },
  );
}

function resetBefore(before: Tensor, inner: Tensor, dz: Tensor): Tensor[] {
  const [ofState, ofReset] = runKernel<Tensor[]>("StepWeights", { a: before, other: inner, b: dz });
  return [runKernel("GruRecurrentGradient", { before: ofState, inner: ofReset })];
}
