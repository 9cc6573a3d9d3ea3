import { requireMatrix, requirePositive } from "./check.js";
import type { Matrix } from "./types.js";

/** Options of {@link powerToDb} and {@link amplitudeToDb}. */
export interface DecibelOptions {
  /** Value that becomes 0 dB, > 0, or "max" for the largest of the matrix (default 1). */
  ref?: number | "max";
  /** Smaller values count as this one, > 0. */
  amin?: number;
  /** Nothing lies further below the largest value than this, ≥ 0; null for no limit (default 80). */
  topDb?: number | null;
}

/**
 * Power to decibels, 10·log₁₀(x / ref).
 *
 * @param power any matrix of values ≥ 0; not modified
 * @param options.amin default 1e-10
 * @returns matrix of the same shape, dB
 * @throws RangeError if an option is out of range, or a value is NaN or ±∞
 * Source: librosa 0.11 `power_to_db`.
 */
export function powerToDb(power: Matrix, { ref = 1, amin = 1e-10, topDb = 80 }: DecibelOptions = {}): Matrix {
  return toDb("powerToDb", power, { ref, amin, topDb, square: false });
}

/**
 * Amplitude to decibels, 20·log₁₀(|x| / ref).
 *
 * @param amplitude any matrix; not modified
 * @param options.amin default 1e-5
 * @returns matrix of the same shape, dB
 * @throws RangeError if an option is out of range, or a value is NaN or ±∞
 * Source: librosa 0.11 `amplitude_to_db`.
 */
export function amplitudeToDb(amplitude: Matrix, { ref = 1, amin = 1e-5, topDb = 80 }: DecibelOptions = {}): Matrix {
  return toDb("amplitudeToDb", amplitude, { ref, amin, topDb, square: true });
}

/** Decibels to power, ref·10^(dB / 10). Source: librosa 0.11 `db_to_power`. */
export function dbToPower(db: Matrix, { ref = 1 }: { ref?: number } = {}): Matrix {
  requireMatrix("dbToPower", "db", db);
  return { ...db, data: db.data.map((v) => ref * 10 ** (v / 10)) };
}

/** Decibels to amplitude, ref·10^(dB / 20). Source: librosa 0.11 `db_to_amplitude`. */
export function dbToAmplitude(db: Matrix, { ref = 1 }: { ref?: number } = {}): Matrix {
  requireMatrix("dbToAmplitude", "db", db);
  return { ...db, data: db.data.map((v) => ref * 10 ** (v / 20)) };
}

/** Raises what lies more than `topDb` below the largest value, in place. */
function clampTopDb(db: Float32Array, topDb: number): void {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < db.length; i++) if (db[i] > max) max = db[i];
  clampBelow(db, Math.fround(max - topDb));
}

/** Raises what is below `floor` to it, in place. */
export function clampBelow(values: Float32Array, floor: number): void {
  for (let i = 0; i < values.length; i++) if (values[i] < floor) values[i] = floor;
}

export function requireTopDb(fn: string, topDb: number | null): void {
  if (topDb !== null && !(topDb >= 0 && topDb < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${fn}: topDb must be null or a finite number of at least 0, got ${topDb}.`);
  }
}

function toDb(
  fn: string,
  matrix: Matrix,
  { ref, amin, topDb, square }: Required<DecibelOptions> & { square: boolean },
): Matrix {
  requireMatrix(fn, "matrix", matrix);
  if (ref !== "max") requirePositive(fn, "ref", ref);
  requirePositive(fn, "amin", amin);
  requireTopDb(fn, topDb);
  const { data } = matrix;
  let reference = ref === "max" ? 0 : ref;
  if (ref === "max") for (let i = 0; i < data.length; i++) reference = Math.max(reference, Math.abs(data[i]));
  const factor = square ? 20 : 10;
  const zero = factor * Math.log10(Math.max(amin, reference));
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = square ? Math.abs(data[i]) : data[i];
    out[i] = factor * Math.log10(value > amin ? value : amin) - zero;
  }
  if (topDb !== null) clampTopDb(out, topDb);
  return { ...matrix, data: out };
}
