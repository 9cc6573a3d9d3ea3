import { requireFinite, requireInRange } from "./check.js";
import { firstOf } from "./sampleSink.js";
import type { SampleStream } from "./stream.js";

/** Options of {@link preEmphasis} and {@link preEmphasisStream}. */
export interface PreEmphasisOptions {
  /** Weight of the previous sample, in [0, 1]; 0.97 as in HTK and librosa. */
  coefficient?: number;
}

/**
 * Pre-emphasis, y[t] = x[t] − c·x[t−1]: lifts high frequencies by about 6 dB an octave.
 *
 * @param samples mono audio, length n; not modified
 * @returns n samples; the first equals x[0], as if silence came before
 * @throws RangeError if the coefficient is outside [0, 1], or a sample is NaN or ±∞
 * @see preEmphasisStream for chunks
 * Source: Young et al., The HTK Book, §5.2. librosa 0.11 `effects.preemphasis` with `zi=[0]`.
 */
export function preEmphasis(samples: Float32Array, options: PreEmphasisOptions = {}): Float32Array {
  return preEmphasisStream(options).process(samples, new Float32Array(samples.length));
}

/** Streaming twin of {@link preEmphasis}: concatenated outputs equal the batch result exactly. */
export function preEmphasisStream({ coefficient = 0.97 }: PreEmphasisOptions = {}): SampleStream {
  requireInRange("preEmphasis", "coefficient", coefficient, 0, 1);
  // In an array: a closed-over number would be boxed anew with every chunk.
  const state = new Float32Array(1);
  return {
    process(chunk, out = new Float32Array(chunk.length)) {
      requireFinite("preEmphasis", "samples", chunk);
      let previous = state[0];
      for (let t = 0; t < chunk.length; t++) {
        const sample = chunk[t];
        out[t] = sample - coefficient * previous;
        previous = sample;
      }
      state[0] = previous;
      return firstOf(out, chunk.length);
    },
    flush() {
      state[0] = 0;
      return new Float32Array(0);
    },
    reset() {
      state[0] = 0;
    },
  };
}
