import type { TensorInfo } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { product } from "./matmul.js";
import { define, type Inputs } from "./override.js";
import { exchange, type RecurrentAttrs, registerRecurrentGradients } from "./recurrentGradients.js";

interface Sizes {
  B: number;
  T: number;
  F: number;
  H: number;
}

const sizesOf = (x: TensorInfo, recurrent: TensorInfo): Sizes => {
  const [B, T, F] = x.shape;
  return { B, T, F, H: recurrent.shape[0] };
};

/** Rows of the batch a thread takes: whole register tiles, and as many as there are, for all share the recurrent weights. */
const rowsOf = (batch: number, threads: number): number => 4 * Math.ceil(batch / (4 * threads));
const flag = (v: boolean): number => (v ? 1 : 0);
/** Absent inputs are tensors without numbers, since tfjs saves every input it is told to. */
const isAbsent = (t: TensorInfo | undefined): boolean => !t || t.shape[0] === 0;
const optional = (backend: EarshotBackend, t: TensorInfo | undefined): number =>
  t === undefined || isAbsent(t) ? 0 : backend.address(t);

/** gates = x·kernel + bias, for all steps at once. */
function inputProduct(backend: EarshotBackend, { kernel, bias }: Inputs, x: number, gates: number, rows: number): void {
  const [F, G] = kernel.shape;
  const a = { address: x, rows, cols: F };
  const b = { address: backend.address(kernel), rows: F, cols: G };
  product(backend, a, b, gates, { bias: optional(backend, bias) });
}

/** Panels of some columns of a matrix [rows, cols], or of its transpose's. */
function pack(
  { pool }: EarshotBackend,
  matrix: number,
  {
    cols,
    from,
    count,
    length,
    transposed,
  }: { cols: number; from: number; count: number; length: number; transposed: boolean },
  out: number,
): void {
  const start = matrix + 4 * from;
  const [sk, sn] = transposed ? [4, 4 * cols] : [4 * cols, 4];
  pool.run("packPanels", Math.ceil(count / 8), 8, start, sk, sn, length, count, out);
}

/** The state before the first step: given, or zero. */
function begin(backend: EarshotBackend, before: number, { B, T, H }: Sizes, reverse: boolean, h0?: TensorInfo): void {
  const given = optional(backend, h0);
  const first = backend.heap.f32(before + 4 * (reverse ? (T - 1) * B * H : 0), B * H);
  if (given) first.set(backend.heap.f32(given, B * H));
  else first.fill(0);
}

/** Shape of the states that a layer gives, and how many bytes apart rows and steps of them are. */
const placeOf = ({ B, T, H }: Omit<Sizes, "F">, last: boolean): { shape: number[]; apart: [number, number] } =>
  last ? { shape: [B, H], apart: [4 * H, 0] } : { shape: [B, T, H], apart: [4 * T * H, 4 * H] };

/** Puts the last states' gradient where the kernel begins; returns where those of all states are, and their rows and steps apart. */
function beginBackwards(
  { heap }: EarshotBackend,
  sizes: Omit<Sizes, "F">,
  last: boolean,
  dh: number,
  state: number,
): number[] {
  const count = sizes.B * sizes.H;
  if (last) heap.f32(state, count).set(heap.f32(dh, count));
  else heap.f32(state, count).fill(0);
  return [last ? 0 : dh, ...placeOf(sizes, last).apart];
}

/** LSTM and GRU as one kernel a direction. Inputs: x [B, T, F], kernel, recurrent, bias; h0, c0 [B, H]; mask [B, T]; drop [B, H]. */
export function registerRecurrent(): void {
  define("Lstm", (backend, inputs, { reverse, hard, last }: RecurrentAttrs) => {
    const { heap, pool } = backend;
    const { x, recurrent, h0, c0, mask, drop } = inputs;
    const s = sizesOf(x, recurrent);
    const { B, T, H } = s;
    const places = [recurrent, mask, drop].map((t) => optional(backend, t));
    const from = backend.address(x);
    const states = placeOf(s, last);
    const outputs = [backend.output(states.shape), ...[s.F, H, H, 4 * H].map((n) => backend.output([T, B, n]))];
    const [h, xt, c, before, gates] = outputs.map((t) => backend.address(t));
    exchange(backend, from, xt, B, T, s.F);
    inputProduct(backend, inputs, xt, gates, B * T);
    begin(backend, before, s, reverse, h0);
    const panels = 16 * H * (H + 8);
    heap.withScratch(panels + 4 * B * H, (u) => {
      pack(backend, places[0], { cols: 4 * H, from: 0, count: 4 * H, length: H, transposed: false }, u);
      const zeros = u + panels;
      heap.f32(zeros, B * H).fill(0);
      const state = optional(backend, c0) || zeros;
      const tail = [state, places[1], places[2], B, T, H, flag(reverse), flag(hard)];
      pool.run("lstmForward", B, rowsOf(B, pool.threads), gates, u, h, ...states.apart, c, before, ...tail);
    });
    return outputs;
  });

  define("LstmGradient", (backend, inputs, { reverse, hard, last }: RecurrentAttrs) => {
    const { heap, pool } = backend;
    const { dh, gates, c, recurrent, c0, mask, drop } = inputs;
    const [T, B, H] = c.shape;
    const [pd, pg, pc, pr] = [dh, gates, c, recurrent].map((t) => backend.address(t));
    const [pm, pdrop] = [mask, drop].map((t) => optional(backend, t));
    const pc0 = optional(backend, c0);
    const outputs = [gates.shape, [B, H], [B, H]].map((shape) => backend.output(shape));
    const [to, dhState, dcState] = outputs.map((t) => backend.address(t));
    heap.f32(dcState, B * H).fill(0);
    const given = beginBackwards(backend, { B, T, H }, last, pd, dhState);
    const panels = 16 * H * 8 * Math.ceil(H / 8);
    heap.withScratch(panels + 8 * B * H, (ut) => {
      pack(backend, pr, { cols: 4 * H, from: 0, count: H, length: 4 * H, transposed: true }, ut);
      const rest = ut + panels;
      heap.f32(rest, B * H).fill(0);
      const tail = [rest + 4 * B * H, pm, pdrop, B, T, H, flag(reverse), flag(hard)];
      const states = [to, dhState, dcState];
      pool.run("lstmBackward", B, rowsOf(B, pool.threads), pg, ut, pc, pc0 || rest, ...given, ...states, ...tail);
    });
    return outputs;
  });

  define("Gru", (backend, inputs, { reverse, hard, after, last }: RecurrentAttrs) => {
    const { heap, pool } = backend;
    const { x, recurrent, recurrentBias, h0, mask, drop } = inputs;
    const s = sizesOf(x, recurrent);
    const { B, T, H } = s;
    const [pr, pb, pm, pd] = [recurrent, recurrentBias, mask, drop].map((t) => optional(backend, t));
    const from = backend.address(x);
    const states = placeOf(s, last);
    const outputs = [backend.output(states.shape), ...[s.F, H, H, 3 * H].map((n) => backend.output([T, B, n]))];
    const [h, xt, before, inner, gates] = outputs.map((t) => backend.address(t));
    exchange(backend, from, xt, B, T, s.F);
    inputProduct(backend, inputs, xt, gates, B * T);
    begin(backend, before, s, reverse, h0);
    const wide = after ? 3 * H : 2 * H;
    const panels = 32 * H * Math.ceil(wide / 8);
    heap.withScratch(panels + 32 * H * Math.ceil(H / 8) + 12 * B * H, (u) => {
      pack(backend, pr, { cols: 3 * H, from: 0, count: wide, length: H, transposed: false }, u);
      const uh = u + panels;
      pack(backend, pr, { cols: 3 * H, from: 2 * H, count: H, length: H, transposed: false }, uh);
      const scratch = uh + 32 * H * Math.ceil(H / 8);
      const tail = [pm, pd, B, T, H, flag(reverse), flag(hard), flag(after)];
      pool.run(
        "gruForward",
        B,
        rowsOf(B, pool.threads),
        gates,
        u,
        uh,
        after ? pb : 0,
        h,
        ...states.apart,
        before,
        inner,
        scratch,
        ...tail,
      );
    });
    return outputs;
  });

  define("GruGradient", (backend, inputs, { reverse, hard, after, last }: RecurrentAttrs) => {
    const { heap, pool } = backend;
    const { dh, gates, h, before, inner, recurrent, mask, drop } = inputs;
    const [T, B, H] = before.shape;
    const [pd, pg, ph, pb, pi, pr] = [dh, gates, h, before, inner, recurrent].map((t) => backend.address(t));
    const [pm, pdrop] = [mask, drop].map((t) => optional(backend, t));
    const outputs = [gates.shape, after ? gates.shape : [0], [B, H]].map((shape) => backend.output(shape));
    const [dz, dr, state] = outputs.map((t) => backend.address(t));
    const panels = 32 * Math.ceil(H / 8);
    const given = beginBackwards(backend, { B, T, H }, last, pd, state);
    heap.withScratch(panels * 3 * H + 8 * B * H, (ut) => {
      pack(backend, pr, { cols: 3 * H, from: 0, count: H, length: 2 * H, transposed: true }, ut);
      const uht = ut + panels * 2 * H;
      pack(backend, pr, { cols: 3 * H, from: 2 * H, count: H, length: H, transposed: true }, uht);
      const scratch = uht + panels * H;
      const tail = [pm, pdrop, B, T, H, flag(reverse), flag(hard), flag(after)];
      pool.run(
        "gruBackward",
        B,
        rowsOf(B, pool.threads),
        pg,
        ut,
        uht,
        ph,
        ...placeOf({ B, T, H }, last).apart,
        pb,
        pi,
        ...given,
        dz,
        dr,
        state,
        scratch,
        ...tail,
      );
    });
    return outputs;
  });
  registerRecurrentGradients();
}
