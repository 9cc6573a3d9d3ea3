import { requireFinite, requireOneOf } from "../core/check.js";
import { createRealFft } from "../core/realFft.js";
import { createViews, firstOf } from "../core/sampleSink.js";
import type { SampleStream } from "../core/stream.js";
import { meanSquare, peakOf } from "./level.js";

/** Options of {@link convolve}. */
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
function convolveFrom(samples: Float32Array, kernel: Float32Array, first: number, length: number): Float32Array {
  const out = new Float32Array(length);
  const m = kernel.length;
  const whole = 2 ** Math.ceil(Math.log2(samples.length + m - 1));
  const { step, block, run } = createConvolver(kernel, whole);
  for (let start = first; start < first + length; start += step) {
    for (let i = 0; i < block.length; i++) block[i] = samples[start - m + 1 + i] ?? 0;
    run();
    const count = Math.min(step, first + length - start);
    for (let i = 0; i < count; i++) out[start - first + i] = block[m - 1 + i];
  }
  return out;
}

/** Overlap-save: each block begins m − 1 samples early, and `run` leaves `step` samples of the result behind its first m − 1. */
function createConvolver(kernel: Float32Array, longest: number) {
  const m = kernel.length;
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(4 * m, 64)));
  const size = Math.max(2, Math.min(wanted, longest));
  const plan = createRealFft(size);
  const block = new Float64Array(size);
  block.set(kernel);
  const [kernelRe, kernelIm, re, im] = Array.from({ length: 4 }, () => new Float64Array(plan.bins));
  plan.forward(block, kernelRe, kernelIm);
  return {
    step: size - m + 1,
    block,
    run(): void {
      plan.forward(block, re, im);
      for (let k = 0; k < re.length; k++) {
        const r = re[k] * kernelRe[k] - im[k] * kernelIm[k];
        im[k] = re[k] * kernelIm[k] + im[k] * kernelRe[k];
        re[k] = r;
      }
      plan.inverse(re, im, block);
    },
  };
}

/**
 * Streaming twin of {@link convolve} (mode "full"): as many samples leave as come, the tail with `flush`; equal within 1e-6 of the peak.
 *
 * A chunk is worked on at once, with the m − 1 samples before it: no delay, at a cost of two transforms of four times the kernel's length for each
 * chunk of up to three times that length.
 */
export function convolveStream(kernel: Float32Array): SampleStream {
  const fn = "convolveStream";
  requireFinite(fn, "kernel", kernel);
  const m = kernel.length;
  if (m === 0) throw new RangeError(`${fn}: kernel must have at least one sample, got 0.`);
  const { step, block, run } = createConvolver(kernel, Number.POSITIVE_INFINITY);
  const before = new Float64Array(m - 1);
  // Samples of the tail that are still to come.
  let tail = 0;
  const views = createViews();
  const feed = (length: number, chunk: Float32Array | null, target: Float32Array): void => {
    for (let done = 0; done < length; done += step) {
      const count = Math.min(step, length - done);
      block.set(before);
      for (let i = 0; i < count; i++) block[m - 1 + i] = chunk ? chunk[done + i] : 0;
      block.fill(0, m - 1 + count);
      for (let i = 0; i < m - 1; i++) before[i] = block[count + i];
      run();
      for (let i = 0; i < count; i++) target[done + i] = block[m - 1 + i];
    }
  };
  const reset = () => {
    before.fill(0);
    tail = 0;
  };
  return {
    process(chunk, out) {
      requireFinite(fn, "chunk", chunk);
      const target = firstOf(out ?? views(chunk.length), chunk.length);
      feed(chunk.length, chunk, target);
      if (chunk.length > 0) tail = m - 1;
      return target;
    },
    flush() {
      const rest = new Float32Array(tail);
      feed(tail, null, rest);
      reset();
      return rest;
    },
    reset,
  };
}

/** Options of {@link applyImpulseResponse}. */
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
