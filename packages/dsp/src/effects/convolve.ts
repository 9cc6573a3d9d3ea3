import { requireFinite, requireOneOf } from "../core/check.js";
import { createRealFft } from "../core/realFft.js";
import { meanSquare, peakOf } from "./level.js";

export interface ConvolveOptions {
  /** "full": n + m − 1 samples (default); "same": the middle n of them; "valid": where both overlap completely. */
  mode?: "full" | "same" | "valid";
}

/**
 * Convolution of two signals, by blocks of fast Fourier transforms.
 *
 * @param samples mono audio, length n; not modified
 * @param kernel length m
 * @returns n + m − 1 samples, n, or max(0, n − m + 1), by `mode`; none when either is empty
 * @throws RangeError if mode is unknown, or a number is NaN or ±∞
 * Equals SciPy 1.17 `signal.convolve` (n ≥ m for "same" and "valid") within 1e-6 of the peak.
 */
export function convolve(
  samples: Float32Array,
  kernel: Float32Array,
  { mode = "full" }: ConvolveOptions = {},
): Float32Array {
  requireFinite("convolve", "samples", samples);
  requireFinite("convolve", "kernel", kernel);
  requireOneOf("convolve", "mode", mode, ["full", "same", "valid"]);
  const n = samples.length;
  const m = kernel.length;
  if (n === 0 || m === 0) return new Float32Array(0);
  if (mode === "full") return convolveFrom(samples, kernel, 0, n + m - 1);
  if (mode === "same") return convolveFrom(samples, kernel, Math.floor((m - 1) / 2), n);
  return convolveFrom(samples, kernel, m - 1, Math.max(0, n - m + 1));
}

/** `length` samples of the full convolution from sample `first` on. */
export function convolveFrom(samples: Float32Array, kernel: Float32Array, first: number, length: number): Float32Array {
  const out = new Float32Array(length);
  const m = kernel.length;
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(4 * m, 64)));
  const whole = 2 ** Math.ceil(Math.log2(samples.length + m - 1));
  const size = Math.max(2, Math.min(wanted, whole));
  const plan = createRealFft(size);
  const step = size - m + 1;
  const block = new Float64Array(size);
  block.set(kernel);
  const kernelRe = new Float64Array(plan.bins);
  const kernelIm = new Float64Array(plan.bins);
  plan.forward(block, kernelRe, kernelIm);
  const re = new Float64Array(plan.bins);
  const im = new Float64Array(plan.bins);
  // Overlap-save: each block begins m − 1 samples early and only its clean end is kept.
  for (let start = first; start < first + length; start += step) {
    for (let i = 0; i < size; i++) block[i] = samples[start - m + 1 + i] ?? 0;
    plan.forward(block, re, im);
    for (let k = 0; k < re.length; k++) {
      const r = re[k] * kernelRe[k] - im[k] * kernelIm[k];
      im[k] = re[k] * kernelIm[k] + im[k] * kernelRe[k];
      re[k] = r;
    }
    plan.inverse(re, im, block);
    const count = Math.min(step, first + length - start);
    for (let i = 0; i < count; i++) out[start - first + i] = block[m - 1 + i];
  }
  return out;
}

export interface ImpulseResponseOptions {
  /** Share of reverberated sound, 0..1; the rest is the dry signal (default 1). */
  wet?: number;
  /** Starts the response at its largest sample, so that the sound is not delayed (default true). */
  align?: boolean;
  /** Scales the result to the input's root mean square (default true); else the response is used as it is. */
  keepLevel?: boolean;
}

/**
 * Puts a signal into the room (or through the device) that an impulse response was recorded in.
 *
 * @param samples mono audio, length n; not modified
 * @param impulseResponse at the same sample rate, length ≥ 1
 * @returns n samples: the tail beyond the end is cut
 * @throws RangeError if the response is empty, wet is outside [0, 1], or a number is NaN or ±∞
 */
export function applyImpulseResponse(
  samples: Float32Array,
  impulseResponse: Float32Array,
  { wet = 1, align = true, keepLevel = true }: ImpulseResponseOptions = {},
): Float32Array {
  requireFinite("applyImpulseResponse", "samples", samples);
  requireFinite("applyImpulseResponse", "impulseResponse", impulseResponse);
  if (!(wet >= 0 && wet <= 1)) throw new RangeError(`applyImpulseResponse: wet must be in [0, 1], got ${wet}.`);
  if (impulseResponse.length === 0) {
    throw new RangeError("applyImpulseResponse: impulseResponse must have at least one sample, got 0.");
  }
  const peak = peakOf(impulseResponse);
  const direct = align ? impulseResponse.findIndex((v) => Math.abs(v) === peak) : 0;
  const out =
    samples.length === 0 ? new Float32Array(0) : convolveFrom(samples, impulseResponse, direct, samples.length);
  const before = Math.sqrt(meanSquare(samples));
  const after = Math.sqrt(meanSquare(out));
  const factor = keepLevel && after > 0 ? before / after : 1;
  for (let i = 0; i < out.length; i++) out[i] = wet * factor * out[i] + (1 - wet) * samples[i];
  return out;
}
