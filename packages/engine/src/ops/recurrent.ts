import {
  add,
  cast,
  clipByValue,
  concat,
  matMul,
  mul,
  reshape,
  reverse as reverseOf,
  sigmoid,
  slice,
  split,
  stack,
  sub,
  type Tensor,
  type Tensor2D,
  tanh,
  where,
  zeros,
} from "@tensorflow/tfjs-core";
import { hasKernel, isOurs, runKernel } from "../kernels/override.js";
import { type RecurrentAttrs, tapedGru, tapedLstm } from "../kernels/recurrentGradients.js";
import { expectFloats, expectShape } from "./check.js";

/** Options of {@link lstm} and {@link gru}. */
export interface RecurrentOptions {
  /** Runs from the last step to the first; outputs stay at their input's step (default false). */
  reverse?: boolean;
  /** `sigmoid` (default) or Keras' `hardSigmoid`, clip(0.2 x + 0.5, 0, 1). */
  gate?: "sigmoid" | "hardSigmoid";
  /** State before the first step, [batch, units] (default zeros). */
  h0?: Tensor;
  /** [batch, steps], 0 where a step is to be skipped: the state goes past it. */
  mask?: Tensor;
  /** [batch, units], what the recurrent state is multiplied by at every step: recurrent dropout. Needs no `h0`. */
  drop?: Tensor;
  /** Only the state after the last step, [batch, units] (default false). */
  last?: boolean;
}

/** Weights of an LSTM layer, in Keras' order. */
export interface LstmWeights {
  /** [features, 4 · units], gates in the order input, forget, cell, output. */
  kernel: Tensor;
  /** [units, 4 · units]. */
  recurrent: Tensor;
  /** [4 · units]. */
  bias: Tensor;
}

/** Weights of a GRU layer, in Keras' order. */
export interface GruWeights {
  /** [features, 3 · units], gates in the order update, reset, candidate. */
  kernel: Tensor;
  /** [units, 3 · units]. */
  recurrent: Tensor;
  /** [3 · units]. */
  bias: Tensor;
  /** [3 · units], of the recurrent product: makes the reset come after it, as in PyTorch; without it, before it, as in Keras 1. */
  recurrentBias?: Tensor;
}

type LstmOptions = RecurrentOptions & { c0?: Tensor };
type GruOptions = RecurrentOptions & { dropThrough?: boolean };

/**
 * A long short-term memory over a batch of sequences, one kernel a direction.
 *
 * @param x [batch, steps, features]
 * @param options.c0 cell state before the first step, [batch, units] (default zeros)
 * @returns states of all steps, [batch, steps, units], or [batch, units] where only the last is asked for
 * @throws RangeError if shapes do not fit
 * Source: Hochreiter & Schmidhuber 1997, with forget gates. Units are fastest in multiples of 4; others take the plain way.
 */
export function lstm(x: Tensor, weights: LstmWeights, options: LstmOptions = {}): Tensor {
  const units = check("lstm", x, weights, 4, options);
  if (hasKernel("FusedLstm") && !options.mask && !options.drop && options.gate !== "hardSigmoid") {
    return lastOf(fusedLstm(x, weights, options), options);
  }
  if (!isOurs() || units % 4) return lastOf(plainLstm(x, weights, options), options);
  const { c0 } = options;
  return tapedLstm({ x, ...weights, ...inputsOf(options), ...(c0 && { c0 }) }, attrsOf(options, false))[0];
}

/** What `lstm` gives and the state of the cell after the last step, [batch, units]; on our backend alone, units in multiples of 4. */
export function lstmAndCell(x: Tensor, weights: LstmWeights, options: LstmOptions): Tensor[] {
  check("lstm", x, weights, 4, options);
  const { c0 } = options;
  const inputs = { x, ...weights, ...inputsOf(options), ...(c0 && { c0 }) };
  return tapedLstm(inputs, { ...attrsOf(options, false), cell: true });
}

/**
 * A gated recurrent unit over a batch of sequences, one kernel a direction.
 *
 * @param x [batch, steps, features]
 * @param options.dropThrough the update gate too blends with the state that `drop` leaves, as in Keras; else only the products read it (default false)
 * @returns states of all steps, [batch, steps, units], or [batch, units] where only the last is asked for
 * @throws RangeError if shapes do not fit
 * Source: Cho et al. 2014; h = z ⊙ h₋ + (1 − z) ⊙ h̃.
 */
export function gru(x: Tensor, weights: GruWeights, options: GruOptions = {}): Tensor {
  const units = check("gru", x, weights, 3, options);
  if (!isOurs() || units % 4) return lastOf(plainGru(x, weights, options), options);
  // The gradient past a dropped state reads the states of all steps.
  if (options.drop && options.last && !options.dropThrough)
    return lastOf(gru(x, weights, { ...options, last: false }), options);
  const { recurrentBias, ...rest } = weights;
  const inputs: Record<string, Tensor> = { x, ...rest, ...inputsOf(options), ...(recurrentBias && { recurrentBias }) };
  const through = options.dropThrough ?? false;
  return tapedGru(inputs, { ...attrsOf(options, recurrentBias !== undefined), through });
}

function check(fn: string, x: Tensor, w: LstmWeights | GruWeights, gates: number, o: RecurrentOptions): number {
  const [units] = w.recurrent.shape;
  const wide = gates * units;
  if (x.rank !== 3 || w.kernel.shape[0] !== x.shape[2] || w.kernel.shape[1] !== wide || w.recurrent.shape[1] !== wide) {
    throw new RangeError(
      `${fn}: x [${x.shape}], kernel [${w.kernel.shape}] and recurrent [${w.recurrent.shape}] do not fit; ` +
        `they must be [batch, steps, features], [features, ${gates} · units] and [units, ${gates} · units].`,
    );
  }
  const { recurrentBias } = w as GruWeights;
  const { c0 } = o as { c0?: Tensor };
  const [batch, steps] = x.shape as number[];
  expectFloats(fn, { x, ...w, h0: o.h0, c0, drop: o.drop, mask: o.mask });
  for (const [name, bias] of Object.entries({ bias: w.bias, recurrentBias })) expectShape(fn, name, bias, [wide]);
  for (const [name, state] of Object.entries({ h0: o.h0, c0, drop: o.drop })) {
    expectShape(fn, name, state, [batch, units]);
  }
  expectShape(fn, "mask", o.mask, [batch, steps]);
  if (o.drop && o.h0) throw new RangeError(`${fn}: drop and h0 cannot be used together.`);
  return units;
}

const inputsOf = ({ h0, mask, drop }: RecurrentOptions): Record<string, Tensor> => ({
  ...(h0 && { h0 }),
  ...(mask && { mask }),
  ...(drop && { drop }),
});

const attrsOf = (
  { reverse = false, gate = "sigmoid", last = false }: RecurrentOptions,
  after: boolean,
): RecurrentAttrs => ({
  reverse,
  hard: gate === "hardSigmoid",
  after,
  last,
});

/** The state that the last step made: backwards, that is the first of the sequence. */
function lastOf(states: Tensor, { last, reverse }: RecurrentOptions): Tensor {
  if (!last) return states;
  const [batch, steps, units] = states.shape as number[];
  return reshape(slice(states, [0, reverse ? 0 : steps - 1, 0], [batch, 1, units]), [batch, units]);
}

type Step = (z: Tensor, h: Tensor) => Tensor;

/** Step by step, from tfjs' own parts: for other backends and odd sizes, and what the kernels are held against. */
function scan(x: Tensor, units: number, o: RecurrentOptions, step: Step): Tensor {
  const [batch, steps, features] = x.shape as number[];
  const given = o.reverse ? reverseOf(x, 1) : x;
  const masks = o.mask && (o.reverse ? reverseOf(o.mask, 1) : o.mask);
  let h: Tensor = o.h0 ?? zeros([batch, units]);
  const out: Tensor[] = [];
  for (let t = 0; t < steps; t++) {
    const now = reshape(slice(given, [0, t, 0], [batch, 1, features]), [batch, features]);
    const next = step(now, h);
    h = masks ? where(cast(slice(masks, [0, t], [batch, 1]), "bool"), next, h) : next;
    out.push(h);
  }
  const sequence = stack(out, 1);
  return o.reverse ? reverseOf(sequence, 1) : sequence;
}

const gateOf = ({ gate }: RecurrentOptions) => (gate === "hardSigmoid" ? hardSigmoid : sigmoid);
const hardSigmoid = (x: Tensor): Tensor => clipByValue(add(mul(x, 0.2), 0.5), 0, 1);
const times = (a: Tensor, b: Tensor): Tensor => matMul(a as Tensor2D, b as Tensor2D);

/** TensorFlow's own, where its library is the backend. */
function fusedLstm(x: Tensor, w: LstmWeights, o: LstmOptions): Tensor {
  const state = [x.shape[0], w.recurrent.shape[0]] as [number, number];
  const given = o.reverse ? reverseOf(x, 1) : x;
  const inputs = { x: given, ...w, h0: o.h0 ?? zeros(state), c0: o.c0 ?? zeros(state) };
  const [h] = runKernel<Tensor[]>("FusedLstm", inputs);
  return o.reverse ? reverseOf(h, 1) : h;
}

function plainLstm(x: Tensor, w: LstmWeights, o: LstmOptions): Tensor {
  const units = w.recurrent.shape[0] as number;
  const gate = gateOf(o);
  // The cell's state travels beside the output's, so that a mask holds both back.
  const start = concat([o.h0 ?? zeros([x.shape[0], units]), o.c0 ?? zeros([x.shape[0], units])], 1);
  const both = scan(x, 2 * units, { ...o, h0: start }, (now, state) => {
    const [h, c] = split(state, 2, 1);
    const z = add(add(times(now, w.kernel), times(o.drop ? mul(h, o.drop) : h, w.recurrent)), w.bias);
    const [i, f, g, out] = split(z, 4, 1);
    const cell = add(mul(gate(f), c), mul(gate(i), tanh(g)));
    return concat([mul(gate(out), tanh(cell)), cell], 1);
  });
  const [batch, steps] = x.shape as number[];
  return slice(both, [0, 0, 0], [batch, steps, units]);
}

function plainGru(x: Tensor, w: GruWeights, o: GruOptions): Tensor {
  const units = w.recurrent.shape[0] as number;
  const gate = gateOf(o);
  return scan(x, units, o, (now, state) => {
    const h = o.drop ? mul(state, o.drop) : state;
    const [xz, xr, xh] = split(add(times(now, w.kernel), w.bias), 3, 1);
    const [uz, ur, uh] = split(w.recurrent, 3, 1);
    const [bz, br, bh] = w.recurrentBias ? split(w.recurrentBias, 3, 0) : [0, 0, 0];
    const z = gate(add(add(xz, times(h, uz)), bz));
    const r = gate(add(add(xr, times(h, ur)), br));
    const inner = w.recurrentBias ? mul(r, add(times(h, uh), bh)) : times(mul(r, h), uh);
    return add(mul(z, o.dropThrough ? h : state), mul(sub(1, z), tanh(add(xh, inner))));
  });
}
