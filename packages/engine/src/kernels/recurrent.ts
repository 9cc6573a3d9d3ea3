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
const optional = (backend: EarshotBackend, t: TensorInfo | undefined): number => (t ? backend.address(t) : 0);

/** Addresses of what a recurrent layer reads; 0 for what is absent. */
export interface RecurrentSources {
  x: number;
  kernel: number;
  recurrent: number;
  bias: number;
  recurrentBias?: number;
  h0?: number;
  c0?: number;
  mask?: number;
  drop?: number;
}

/** Addresses of what it writes: the states, and what its gradient needs. */
export interface LstmPlaces {
  h: number;
  /** [T, B, F] */
  x: number;
  /** [T, B, H] */
  c: number;
  /** [T, B, H] */
  before: number;
  /** [T, B, 4H] */
  gates: number;
}

export type GruPlaces = Omit<LstmPlaces, "c"> & { inner: number };

/** gates = x·kernel + bias, for all steps at once. */
function inputProduct(
  backend: EarshotBackend,
  { x, kernel, bias }: { x: number; kernel: number; bias: number },
  { B, T, F }: Sizes,
  G: number,
  gates: number,
): void {
  product(backend, { address: x, rows: B * T, cols: F }, { address: kernel, rows: F, cols: G }, gates, { bias });
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
function begin({ heap }: EarshotBackend, before: number, { B, T, H }: Sizes, reverse: boolean, given = 0): void {
  const first = heap.f32(before + 4 * (reverse ? (T - 1) * B * H : 0), B * H);
  if (given) first.set(heap.f32(given, B * H));
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

/** States of an LSTM over whole sequences. */
export function lstmStates(
  backend: EarshotBackend,
  s: Sizes,
  from: RecurrentSources,
  to: LstmPlaces,
  { reverse, hard, last }: Omit<RecurrentAttrs, "after">,
): void {
  const { heap, pool } = backend;
  const { B, T, F, H } = s;
  exchange(backend, from.x, to.x, B, T, F);
  inputProduct(backend, { ...from, x: to.x }, s, 4 * H, to.gates);
  begin(backend, to.before, s, reverse, from.h0);
  const panels = 16 * H * (H + 8);
  heap.withScratch(panels + 4 * B * H, (u) => {
    pack(backend, from.recurrent, { cols: 4 * H, from: 0, count: 4 * H, length: H, transposed: false }, u);
    const zeros = u + panels;
    heap.f32(zeros, B * H).fill(0);
    const states = [to.h, ...placeOf(s, last).apart, to.c, to.before, from.c0 || zeros];
    const tail = [from.mask ?? 0, from.drop ?? 0, B, T, H, flag(reverse), flag(hard)];
    pool.run("lstmForward", B, rowsOf(B, pool.threads), to.gates, u, ...states, ...tail);
  });
}

/** States of a GRU. */
export function gruStates(
  backend: EarshotBackend,
  s: Sizes,
  from: RecurrentSources,
  to: GruPlaces,
  { reverse, hard, after, last, through = false }: RecurrentAttrs,
): void {
  const { heap, pool } = backend;
  const { B, T, F, H } = s;
  exchange(backend, from.x, to.x, B, T, F);
  inputProduct(backend, { ...from, x: to.x }, s, 3 * H, to.gates);
  begin(backend, to.before, s, reverse, from.h0);
  const wide = after ? 3 * H : 2 * H;
  const panels = 32 * H * Math.ceil(wide / 8);
  const others = 32 * H * Math.ceil(H / 8);
  heap.withScratch(panels + others + 12 * B * H, (u) => {
    pack(backend, from.recurrent, { cols: 3 * H, from: 0, count: wide, length: H, transposed: false }, u);
    const uh = u + panels;
    pack(backend, from.recurrent, { cols: 3 * H, from: 2 * H, count: H, length: H, transposed: false }, uh);
    const weights = [u, uh, after ? (from.recurrentBias ?? 0) : 0];
    const states = [to.h, ...placeOf(s, last).apart, to.before, to.inner, uh + others];
    const tail = [from.mask ?? 0, from.drop ?? 0, B, T, H, ...[reverse, hard, after, through].map(flag)];
    pool.run("gruForward", B, rowsOf(B, pool.threads), to.gates, ...weights, ...states, ...tail);
  });
}

/** Addresses of a recurrent kernel's inputs. */
function sourcesOf(backend: EarshotBackend, inputs: Inputs): RecurrentSources {
  const at = (name: string): number => optional(backend, inputs[name]);
  return {
    ...{ x: at("x"), kernel: at("kernel"), recurrent: at("recurrent"), bias: at("bias") },
    ...{ recurrentBias: at("recurrentBias"), h0: at("h0"), c0: at("c0"), mask: at("mask"), drop: at("drop") },
  };
}

/** LSTM and GRU as one kernel a direction. Inputs: x [B, T, F], kernel, recurrent, bias; h0, c0 [B, H]; mask [B, T]; drop [B, H]. */
export function registerRecurrent(): void {
  define("Lstm", (backend, inputs, attrs: RecurrentAttrs) => {
    const s = sizesOf(inputs.x, inputs.recurrent);
    const from = sourcesOf(backend, inputs);
    const { B, T, F, H } = s;
    const outputs = [placeOf(s, attrs.last).shape, ...[F, H, H, 4 * H].map((n) => [T, B, n])].map((shape) =>
      backend.output(shape),
    );
    const [h, x, c, before, gates] = outputs.map((t) => backend.address(t));
    lstmStates(backend, s, from, { h, x, c, before, gates }, attrs);
    return outputs;
  });

  define("LstmGradient", (backend, inputs, { reverse, hard, last }: RecurrentAttrs) => {
    const { heap, pool } = backend;
    const { dh, dc, gates, c, recurrent, c0, mask, drop } = inputs;
    const [T, B, H] = c.shape;
    const [pd, pg, pc, pr] = [dh, gates, c, recurrent].map((t) => backend.address(t));
    const [pm, pdrop] = [mask, drop].map((t) => optional(backend, t));
    const [pc0, pdc] = [c0, dc].map((t) => optional(backend, t));
    const outputs = [gates.shape, [B, H], [B, H]].map((shape) => backend.output(shape));
    const [to, dhState, dcState] = outputs.map((t) => backend.address(t));
    if (pdc) heap.f32(dcState, B * H).set(heap.f32(pdc, B * H));
    else heap.f32(dcState, B * H).fill(0);
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

  define("Gru", (backend, inputs, attrs: RecurrentAttrs) => {
    const s = sizesOf(inputs.x, inputs.recurrent);
    const from = sourcesOf(backend, inputs);
    const { B, T, F, H } = s;
    const outputs = [placeOf(s, attrs.last).shape, ...[F, H, H, 3 * H].map((n) => [T, B, n])].map((shape) =>
      backend.output(shape),
    );
    const [h, x, before, inner, gates] = outputs.map((t) => backend.address(t));
    gruStates(backend, s, from, { h, x, before, inner, gates }, attrs);
    return outputs;
  });

  define("GruGradient", (backend, inputs, { reverse, hard, after, last, through = false }: RecurrentAttrs) => {
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
      const tail = [pm, pdrop, B, T, H, ...[reverse, hard, after, through].map(flag)];
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
