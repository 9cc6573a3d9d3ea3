import type { ModelState, StateTensor, StateValue } from "./types.js";

const dtypes = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint16: Uint16Array,
  uint8: Uint8Array,
} as const;

export type Dtype = keyof typeof dtypes;

/** The typed array of a dtype. */
export const arrayOf = (dtype: Dtype): (typeof dtypes)[Dtype] => dtypes[dtype];

/** Name of the element type of a tensor's data. */
export function dtypeOf(data: StateTensor["data"]): Dtype {
  const found = (Object.keys(dtypes) as Dtype[]).find((name) => data instanceof dtypes[name]);
  if (!found) throw new TypeError(`dtypeOf: ${Object.prototype.toString.call(data)} cannot be stored.`);
  return found;
}

export const isStateTensor = (value: unknown): value is StateTensor =>
  typeof value === "object" && value !== null && "shape" in value && "data" in value && ArrayBuffer.isView(value.data);

/** A tensor of a state; one dimension unless a shape is given. */
export function tensor(data: StateTensor["data"], shape: number[] = [data.length]): StateTensor {
  return { data, shape };
}

/** Copies a state, with each tensor replaced by what `change` makes of it and of its path. */
function mapTensors(value: unknown, change: (tensor: StateTensor, path: string) => unknown, path = ""): unknown {
  if (isStateTensor(value)) return change(value, path);
  const below = (key: string | number): string => (path ? `${path}.${key}` : String(key));
  if (Array.isArray(value)) return value.map((item, i) => mapTensors(item, change, below(i)));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, mapTensors(item, change, below(key))]),
  );
}

/** The tensors of a state by path, and the rest with `{ "$tensor": path }` where they were. */
export function liftTensors(given: ModelState): { state: unknown; tensors: Record<string, StateTensor> } {
  const tensors: Record<string, StateTensor> = {};
  const state = mapTensors(given, (own, path) => {
    tensors[path] = own;
    return { $tensor: path };
  });
  return { state, tensors };
}

/** Puts the tensors back where {@link liftTensors} took them. @throws RangeError naming the first that is missing */
export function placeTensors(value: unknown, tensors: Readonly<Record<string, StateTensor>>, fn: string): unknown {
  if (value === null || typeof value !== "object" || isStateTensor(value)) return value;
  if (Array.isArray(value)) return value.map((item) => placeTensors(item, tensors, fn));
  if ("$tensor" in value) {
    const name = String(value.$tensor);
    if (!Object.hasOwn(tensors, name)) throw new RangeError(`${fn} has no tensor "${name}".`);
    return tensors[name];
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, placeTensors(item, tensors, fn)]));
}

/** A state as plain JSON: tensors become `{ dtype, shape, data }`. NaN and ±∞ are written as text. */
export function stateToJson(state: ModelState): unknown {
  return mapTensors(state, ({ data, shape }) => ({
    dtype: dtypeOf(data),
    shape,
    data: Array.from(data, (v) => (Number.isFinite(v) ? v : String(v))),
  }));
}

/** A state from {@link stateToJson} or from `getState`: plain tensors become typed again. */
export function stateFromJson(json: unknown): ModelState {
  const revive = (value: unknown): StateValue => {
    if (value === null || typeof value !== "object" || isStateTensor(value)) return value as StateValue;
    if (Array.isArray(value)) return value.map(revive);
    if ("dtype" in value && "shape" in value && "data" in value && Array.isArray(value.data)) {
      const { dtype, shape, data } = value as { dtype: Dtype; shape: number[]; data: (number | string)[] };
      if (!(dtype in dtypes)) throw new RangeError(`stateFromJson: unknown dtype "${String(dtype)}".`);
      return { data: dtypes[dtype].from(data.map(Number)), shape };
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(item)]));
  };
  const state = revive(json);
  if (state === null || typeof state !== "object" || !("kind" in state) || typeof state.kind !== "string") {
    throw new TypeError("stateFromJson: a model's state is an object with a kind.");
  }
  return state as ModelState;
}

/**
 * Errors of ours say who speaks and what is wrong; those that the language throws over a state that no check foresaw are told as ours.
 *
 * @param what that which was read, with the function's name before it
 */
export function namedError(error: unknown, what: string): Error {
  if (error instanceof Error && /^[\w.$ ]*: ./.test(error.message)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new RangeError(`${what} is none that this package wrote (${reason}).`, { cause: error });
}

/** Reads fields of a state, naming what is missing or misshapen. */
export interface StateReader {
  number(key: string): number;
  text(key: string): string;
  texts(key: string): string[];
  numbers(key: string): number[];
  /** Checked against `shape`, where −1 takes any length, and against the element type. */
  float64(key: string, shape: readonly number[]): Float64Array;
  int32(key: string, shape: readonly number[]): Int32Array;
  /** float32 or float64. */
  floats(key: string, shape: readonly number[]): Float32Array | Float64Array;
  tensor(key: string): StateTensor;
  /** An object of options as it was given to the model. */
  options(key?: string): Record<string, unknown>;
  /** A list of states of other models. */
  states(key: string): ModelState[];
  has(key: string): boolean;
}

/** @throws RangeError from its methods: kind, field, what it must be */
export function readState(state: ModelState): StateReader {
  const need = <T>(key: string, what: string, accepts: (value: unknown) => boolean): T => {
    const value: unknown = state[key];
    if (accepts(value)) return value as T;
    throw new RangeError(
      `${state.kind}: "${key}" of the state must be ${what}${value === undefined ? ", is missing" : ""}.`,
    );
  };
  const typed = <T extends StateTensor["data"]>(key: string, shape: readonly number[], ...allowed: Dtype[]): T => {
    const { data, shape: got } = need<StateTensor>(key, "a tensor", isStateTensor);
    const fits = got.length === shape.length && shape.every((n, i) => n === -1 || n === got[i]);
    if (!fits || data.length !== got.reduce((a, b) => a * b, 1)) {
      const want = shape.map((n) => (n === -1 ? "any" : n)).join(", ");
      throw new RangeError(`${state.kind}: "${key}" of the state must have shape [${want}], has [${got.join(", ")}].`);
    }
    if (!allowed.includes(dtypeOf(data))) {
      throw new RangeError(
        `${state.kind}: "${key}" of the state must be ${allowed.join(" or ")}, is ${dtypeOf(data)}.`,
      );
    }
    return data as T;
  };
  const isListOf = (type: string) => (v: unknown) => Array.isArray(v) && v.every((item) => typeof item === type);
  return {
    number: (key) => need(key, "a number", (v) => typeof v === "number" && Number.isFinite(v)),
    text: (key) => need(key, "text", (v) => typeof v === "string"),
    texts: (key) => need(key, "a list of texts", isListOf("string")),
    numbers: (key) => need(key, "a list of numbers", isListOf("number")),
    float64: (key, shape) => typed(key, shape, "float64"),
    floats: (key, shape) => typed(key, shape, "float32", "float64"),
    int32: (key, shape) => typed(key, shape, "int32"),
    tensor: (key) => need(key, "a tensor", isStateTensor),
    options: (key = "options") =>
      need(key, "an object", (v) => typeof v === "object" && v !== null && !Array.isArray(v)),
    states: (key) =>
      need(key, "a list of models", (v) => Array.isArray(v) && v.every((m) => typeof m?.kind === "string")),
    has: (key) => state[key] !== undefined && state[key] !== null,
  };
}

/** The error of asking for something that only a fitted model has. */
export const notFitted = (kind: string, fn: string): Error => new Error(`${kind}: call fit before ${fn}.`);
