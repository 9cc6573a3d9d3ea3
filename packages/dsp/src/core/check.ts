/** Guards for public entry points: one sentence with function, parameter, rule and value. */

import type { FloatArray, Matrix } from "./types.js";

/** Numbers from forms and files arrive as texts: quotes tell why 512 was refused. */
const shown = (value: unknown) => (typeof value === "string" ? `"${value}"` : value);

export function requireInRange(fn: string, name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${fn}: ${name} must be in [${low}, ${high}], got ${shown(value)}.`);
  }
}

/** Finite and > 0. */
export function requirePositive(fn: string, name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${fn}: ${name} must be a finite number above 0, got ${shown(value)}.`);
  }
}

/** Whole number in [low, high]; `why` names what `high` is, in brackets. */
export function requireInteger(
  fn: string,
  name: string,
  value: number,
  low: number,
  high = Number.MAX_SAFE_INTEGER,
  why = "",
): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `in [${low}, ${high}]${why && ` (${why})`}`;
  throw new RangeError(`${fn}: ${name} must be an integer ${range}, got ${shown(value)}.`);
}

/** Hz: finite, above 0; what is at most 1 MHz was meant. */
export function requireSampleRate(fn: string, value: number, name = "sampleRate"): void {
  if (typeof value !== "number") {
    throw new TypeError(`${fn}: ${name} is required, in Hz, got ${shown(value)}.`);
  }
  requirePositive(fn, name, value);
}

/** Every number is finite. `offset` is the index of the first. */
export function requireFinite(fn: string, name: string, values: FloatArray, offset = 0): void {
  requireSamples(fn, name, values);
  // A view costs little beside a signal, but is garbage beside a chunk of a stream.
  if (values instanceof Float32Array && values.length > 4096 ? bitsAreFinite(values) : numbersAreFinite(values)) return;
  const at = values.findIndex((v) => !Number.isFinite(v));
  throw new RangeError(`${fn}: ${name} must be finite, got ${values[at]} at index ${at + offset}.`);
}

/**
 * What kernels did not look at is looked at here: all samples if their `probe` of what they read is not 0, else those from `end` on, which no frame
 * holds.
 */
export function requireFiniteAfter(fn: string, samples: FloatArray, probe: number, end: number): void {
  const from = probe === 0 ? Math.min(samples.length, Math.max(0, end)) : 0;
  if (from < samples.length) requireFinite(fn, "samples", samples.subarray(from), from);
}

/** The sum of x·0 is NaN exactly when some x is NaN or ±∞, and the loop has no branch. */
function numbersAreFinite(values: FloatArray): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * 0;
  return sum === 0;
}

/** NaN and ±∞ alone have all bits of the exponent set: adding 1 to it carries into the sign. Three times as fast as with numbers. */
function bitsAreFinite(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const exponent = 0x7f800000;
  const carry = 0x00800000;
  let a = 0;
  let b = 0;
  let i = 0;
  // Four at a time, in two chains: a single one would wait for itself.
  for (; i + 3 < bits.length; i += 4) {
    a |= ((bits[i] & exponent) + carry) | ((bits[i + 1] & exponent) + carry);
    b |= ((bits[i + 2] & exponent) + carry) | ((bits[i + 3] & exponent) + carry);
  }
  for (; i < bits.length; i++) a |= (bits[i] & exponent) + carry;
  return (a | b) >= 0;
}

/** A Float32Array or Float64Array, of any length. */
export function requireSamples(fn: string, name: string, values: FloatArray): void {
  if (values instanceof Float32Array || values instanceof Float64Array) return;
  const kind = (values as object | null | undefined)?.constructor?.name;
  throw new TypeError(`${fn}: ${name} must be a Float32Array, got ${kind ?? values}.`);
}

/** One of a list of names. */
export function requireOneOf(fn: string, name: string, value: unknown, known: readonly string[]): void {
  if (typeof value === "string" && known.includes(value)) return;
  throw new RangeError(`${fn}: ${name} must be one of ${known.join(", ")}, got ${String(value)}.`);
}

/** Rows, columns and data agree, and every number is finite. */
export function requireMatrix(fn: string, name: string, matrix: Matrix): void {
  requireShape(fn, name, matrix);
  requireFinite(fn, name, matrix.data);
}

/** Rows, columns and data agree. */
export function requireShape(fn: string, name: string, { data, rows, cols }: Matrix): void {
  if (!(data instanceof Float32Array) || data.length !== rows * cols) {
    throw new RangeError(`${fn}: ${name} must hold rows × cols = ${rows} × ${cols} numbers, got ${data?.length}.`);
  }
}
