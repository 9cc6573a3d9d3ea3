import { requireFinite, requireInteger, requireOneOf } from "../core/check.js";

/** Options of {@link lpc}. */
export interface LpcOptions {
  /** Coefficients beyond the leading 1, 1..n − 1. */
  order: number;
  /** "burg" (default, as librosa) or "autocorrelation" (Levinson–Durbin; window the frame first). */
  method?: "burg" | "autocorrelation";
}

/**
 * Linear prediction: the all-pole filter 1/A(z) that best explains a frame.
 *
 * @param samples one frame, length n > order; not modified
 * @returns order + 1 coefficients of A(z), the first 1, in double precision; 1, 0, 0, … for silence
 * @throws RangeError if the order is not in 1..n − 1, or a sample is NaN or ±∞
 * Source: Burg 1975, Marple 1980. Equals librosa 0.11 `lpc` and SciPy 1.17 `solve_toeplitz` within 1e-6 of the largest coefficient.
 */
export function lpc(samples: Float32Array | Float64Array, { order, method = "burg" }: LpcOptions): Float64Array {
  requireFinite("lpc", "samples", samples);
  requireInteger("lpc", "order", order, 1, samples.length - 1, "samples − 1");
  requireOneOf("lpc", "method", method, ["burg", "autocorrelation"]);
  if (method === "burg") return burg(samples, order);
  const r = new Float64Array(order + 1);
  for (let k = 0; k <= order; k++) for (let t = k; t < samples.length; t++) r[k] += samples[t] * samples[t - k];
  return levinsonDurbin(r, order);
}

/** Burg's recursion: each reflection coefficient makes forward and backward errors smallest together. */
export function burg(samples: ArrayLike<number>, order: number): Float64Array {
  const n = samples.length;
  const a = new Float64Array(order + 1);
  const before = new Float64Array(order + 1);
  a[0] = 1;
  const forward = Float64Array.from({ length: n - 1 }, (_, t) => samples[t + 1]);
  const backward = Float64Array.from({ length: n - 1 }, (_, t) => samples[t]);
  let length = n - 1;
  for (let i = 1; i <= order; i++) {
    let cross = 0;
    let power = 0;
    for (let t = 0; t < length; t++) {
      cross += backward[t] * forward[t];
      power += forward[t] * forward[t] + backward[t] * backward[t];
    }
    const reflection = power > 0 ? (-2 * cross) / power : 0;
    before.set(a);
    for (let j = 1; j <= i; j++) a[j] = before[j] + reflection * before[i - j];
    // The next pair of errors is one sample shorter: forward moves on, backward stays.
    for (let t = 0; t < length - 1; t++) {
      const f = forward[t + 1] + reflection * backward[t + 1];
      backward[t] = backward[t] + reflection * forward[t];
      forward[t] = f;
    }
    length--;
  }
  return a;
}

/** Prediction from an autocorrelation r[0..order]. */
export function levinsonDurbin(r: Float64Array, order: number): Float64Array {
  const a = new Float64Array(order + 1);
  const before = new Float64Array(order + 1);
  a[0] = 1;
  let error = r[0];
  for (let i = 1; i <= order && error > 0; i++) {
    let sum = r[i];
    for (let j = 1; j < i; j++) sum += a[j] * r[i - j];
    const reflection = -sum / error;
    before.set(a);
    for (let j = 1; j <= i; j++) a[j] = before[j] + reflection * before[i - j];
    error *= 1 - reflection * reflection;
  }
  return a;
}
