import { requireFinite, requireInRange, requireInteger, requirePositive } from "../core/check.js";

/** What counts as silence, for {@link trim}, {@link splitSilence} and {@link removeSilence}. */
export interface SilenceOptions {
  /** What lies this far or further below the reference counts as silence, dB (default 60). */
  topDb?: number;
  /** Amplitude of 0 dB, > 0, or "max" for the loudest frame (the default). */
  ref?: number | "max";
  /** Samples a frame (default 2048). */
  frameLength?: number;
  /** Samples between frames, which are centred on their multiples (default 512). */
  hopLength?: number;
}

/** Whether each centred frame is louder than the threshold: "above", not "at". */
export function soundingFrames(fn: string, samples: Float32Array, options: SilenceOptions): Uint8Array {
  const { topDb = 60, ref = "max", frameLength = 2048, hopLength = 512 } = options;
  requireInRange(fn, "topDb", topDb, -1000, 1000);
  if (ref !== "max") requirePositive(fn, "ref", ref);
  requireInteger(fn, "frameLength", frameLength, 1);
  requireInteger(fn, "hopLength", hopLength, 1);
  const power = framePower(fn, samples, frameLength, hopLength);
  let loudest = 0;
  for (let t = 0; t < power.length; t++) loudest = Math.max(loudest, power[t]);
  const reference = Math.max(floor, ref === "max" ? loudest : ref * ref);
  const threshold = 10 * Math.log10(reference) - topDb;
  return Uint8Array.from(power, (p) => (10 * Math.log10(Math.max(floor, p)) > threshold ? 1 : 0));
}

/** −100 dB: what is quieter counts as this. */
const floor = 1e-10;

/**
 * Mean square of every centred frame, zeros beyond the ends. Squares are summed once, in pieces that frames share, and in
 * double, where single-precision squares cannot overflow: a sum that is not finite betrays a sample that is not.
 */
function framePower(fn: string, samples: Float32Array, frameLength: number, hopLength: number): Float64Array {
  const half = Math.floor(frameLength / 2);
  const piece = divisor(divisor(hopLength, frameLength), half);
  const count = Math.ceil(samples.length / piece);
  const sums = new Float64Array(count);
  let total = 0;
  for (let b = 0; b < count; b++) {
    sums[b] = sumOfSquares(samples, b * piece, Math.min(samples.length, (b + 1) * piece));
    total += sums[b];
  }
  if (!Number.isFinite(total)) requireFinite(fn, "samples", samples);
  const frames = samples.length === 0 ? 0 : 1 + Math.floor((samples.length + 2 * half - frameLength) / hopLength);
  const out = new Float64Array(Math.max(0, frames));
  const width = frameLength / piece;
  for (let t = 0; t < out.length; t++) {
    const first = (t * hopLength - half) / piece;
    const last = Math.min(first + width, count);
    let sum = 0;
    for (let b = Math.max(0, first); b < last; b++) sum += sums[b];
    out[t] = sum / frameLength;
  }
  return out;
}

function sumOfSquares(samples: Float32Array, from: number, to: number): number {
  // Four sums at once: additions of one chain wait for each other.
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let i = from;
  for (; i + 3 < to; i += 4) {
    a += samples[i] * samples[i];
    b += samples[i + 1] * samples[i + 1];
    c += samples[i + 2] * samples[i + 2];
    d += samples[i + 3] * samples[i + 3];
  }
  for (; i < to; i++) a += samples[i] * samples[i];
  return a + b + (c + d);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
