import { requireFiniteAfter, requirePositive, requireSamples } from "../core/check.js";
import { frameCount } from "../core/frame.js";
import { createRowStream } from "../core/rowStream.js";
import type { FrameStream } from "../core/stream.js";
import {
  createDifferenceFunction,
  isTrough,
  type PitchFraming,
  type PitchFramingOptions,
  parabolicShift,
  resolvePitchFraming,
} from "./yinFrames.js";

/** Options of {@link yin} and {@link yinStream}. */
export interface YinOptions extends PitchFramingOptions {
  /** A dip of the normalised difference below this is a period, > 0 (default 0.1). */
  troughThreshold?: number;
}

/**
 * Pitch of every frame, by YIN. Says nothing about whether there is a voice: see {@link pyin}.
 *
 * @param samples mono audio, length n; not modified
 * @returns one value in Hz a frame, 1 + ⌊n / hopLength⌋ when centred and frameLength is even; a silent frame gets about fMax
 * @throws RangeError if fMin < fMax ≤ sampleRate / 2 does not hold, a period of fMin does not fit, or a sample is NaN or ±∞
 * @see yinStream for chunks
 * Source: de Cheveigné & Kawahara 2002. Equals librosa 0.11 `yin` within 0.1 cent on voiced frames.
 */
export function yin(samples: Float32Array, options: YinOptions): Float32Array {
  const framing = resolvePitchFraming("yin", options);
  requireSamples("yin", "samples", samples);
  const { frameLength, hopLength, center } = framing;
  const out = new Float32Array(frameCount(samples.length, framing));
  const first = center ? -Math.floor(frameLength / 2) : 0;
  const probe = yinKernel(framing, options.troughThreshold).run(samples, first, out.length, out);
  requireFiniteAfter(
    "yin",
    samples,
    probe,
    hopLength > frameLength ? 0 : first + (out.length - 1) * hopLength + frameLength,
  );
  return out;
}

/** Streaming twin of {@link yin}: rows of one column, Hz, exactly the batch result. Centred, it takes padMode "constant" or "edge". */
export function yinStream(options: YinOptions): FrameStream {
  const framing = resolvePitchFraming("yinStream", options);
  return createRowStream("yinStream", yinKernel(framing, options.troughThreshold), framing);
}

function yinKernel(framing: PitchFraming, troughThreshold = 0.1) {
  requirePositive("yin", "troughThreshold", troughThreshold);
  const { minPeriod, sampleRate } = framing;
  const difference = createDifferenceFunction(framing);
  const { values } = difference;
  return {
    cols: 1,
    run: (samples: Float32Array, first: number, rows: number, out: Float32Array): number =>
      difference.run(samples, first, rows, (t) => {
        const at = periodIndex(values, troughThreshold);
        out[t] = sampleRate / (minPeriod + at + parabolicShift(values, at));
      }),
  };
}

/** The first dip below the threshold, else the lowest value. */
function periodIndex(values: Float64Array, threshold: number): number {
  let lowest = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < threshold && isTrough(values, i)) return i;
    if (values[i] < values[lowest]) lowest = i;
  }
  return lowest;
}
