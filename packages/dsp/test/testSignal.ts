/**
 * The signal of `tools/golden/dspEffects.py`: a gliding voice-like tone of five harmonics with an envelope, and noise of a
 * linear congruential generator.
 */
export function testSignal(n: number, sampleRate = 8000, seed = 1): Float32Array {
  const out = new Float32Array(n);
  let state = seed;
  for (let i = 0; i < n; i++) {
    const t = i / sampleRate;
    const phase = 2 * Math.PI * (120 * t + 60 * t * t);
    let x = 0;
    for (let h = 1; h <= 5; h++) x += Math.sin(h * phase) / h;
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    out[i] = x * (0.3 + 0.2 * Math.sin(2 * Math.PI * 3 * t)) + 0.02 * (state / 2 ** 32 - 0.5);
  }
  return out;
}

/** Largest difference between two lists; NaN and null stand for each other. */
export function worstDifference(got: ArrayLike<number>, want: ArrayLike<number | null>): number {
  if (got.length !== want.length) throw new Error(`lengths differ: ${got.length} and ${want.length}`);
  let worst = 0;
  for (let i = 0; i < got.length; i++) {
    const a = got[i];
    const b = want[i];
    if (b === null || Number.isNaN(b)) {
      if (!Number.isNaN(a)) return Number.POSITIVE_INFINITY;
    } else if (!(Math.abs(a - b) <= worst)) worst = Number.isNaN(a) ? Number.POSITIVE_INFINITY : Math.abs(a - b);
  }
  return worst;
}

export const every = (values: ArrayLike<number>, step: number): number[] =>
  Array.from({ length: Math.ceil(values.length / step) }, (_, i) => values[i * step]);

/** Cuts a signal into chunks of the given lengths, over and over, zero lengths included. */
export function chunksOf(samples: Float32Array, lengths: readonly number[]): Float32Array[] {
  const chunks: Float32Array[] = [];
  const total = lengths.reduce((a, b) => a + b, 0);
  for (let at = 0, i = 0; at < samples.length; i++) {
    const length = total === 0 ? samples.length : lengths[i % lengths.length];
    chunks.push(samples.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

export function concat(parts: readonly ArrayLike<number>[]): Float32Array {
  return Float32Array.from(parts.flatMap((part) => Array.from(part)));
}
