import { requireFiniteAfter, requireInRange, requireSamples } from "../core/check.js";
import { frameCount, type PadMode, requireFraming } from "../core/frame.js";
import { createRowStream } from "../core/rowStream.js";
import type { FrameStream } from "../core/stream.js";
import { partialSums } from "../kernels/level.js";
import { createLevelKernel, type PartialSum } from "./levelKernel.js";

/** Options of {@link rms} and {@link rmsStream}. */
export interface LevelOptions {
  /** Samples a frame (default 2048). */
  frameLength?: number;
  /** Samples between frames (default 512). */
  hopLength?: number;
  /** Frame t is centred on sample t·hopLength (true, the default), or begins there. */
  center?: boolean;
  /** Beyond the ends when centred. */
  padMode?: PadMode;
}

/**
 * Root mean square of every frame.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.padMode default "constant": zeros
 * @returns one value ≥ 0 a frame
 * @throws RangeError if samples are empty or hold NaN or ±∞, or a length is out of range
 * Source: librosa 0.11 `feature.rms`.
 */
export function rms(samples: Float32Array, options: LevelOptions = {}): Float32Array {
  return perFrame("rms", samples, resolveLevel("rms", options, "constant"), meanSquare);
}

/** Streaming twin of {@link rms}: rows of one column. Centred, it takes padMode "constant" or "edge". */
export function rmsStream(options: LevelOptions = {}): FrameStream {
  return levelStream("rmsStream", resolveLevel("rmsStream", options, "constant"), meanSquare);
}

/** Options of {@link zeroCrossingRate} and {@link zeroCrossingRateStream}. */
export interface ZeroCrossingOptions extends LevelOptions {
  /** What is not above it counts as 0, and 0 as positive (default 1e-10). */
  threshold?: number;
}

/**
 * Share of samples in every frame whose sign differs from the one before.
 *
 * @param samples mono audio, length n ≥ 1
 * @param options.padMode default "edge"
 * @returns one value in [0, 1] a frame
 * @throws RangeError as {@link rms}
 * Source: librosa 0.11 `feature.zero_crossing_rate`.
 */
export function zeroCrossingRate(samples: Float32Array, options: ZeroCrossingOptions = {}): Float32Array {
  const fn = "zeroCrossingRate";
  return perFrame(fn, samples, resolveLevel(fn, options, "edge"), crossings(fn, options));
}

/** Streaming twin of {@link zeroCrossingRate}: rows of one column. Centred, it takes padMode "constant" or "edge". */
export function zeroCrossingRateStream(options: ZeroCrossingOptions = {}): FrameStream {
  const fn = "zeroCrossingRateStream";
  return levelStream(fn, resolveLevel(fn, options, "edge"), crossings(fn, options));
}

const meanSquare: PartialSum = {
  sums(x, at, parts, size, out) {
    const probe = partialSums.squares(x, at, parts, size, out);
    if (probe !== undefined) return probe;
    for (let j = 0, from = at; j < parts; j++, from += size) {
      let sum = 0;
      for (let i = from; i < from + size; i++) sum += x[i] * x[i];
      out[j] = sum;
    }
    return Number.NaN;
  },
  before: () => 0,
  value: (sum, length) => Math.sqrt(sum / length),
};

function crossings(fn: string, { threshold = 1e-10 }: ZeroCrossingOptions): PartialSum {
  requireInRange(fn, "threshold", threshold, 0, Number.MAX_VALUE);
  const limit = Math.fround(-threshold);
  const changes = (x: Float32Array, at: number) => (x[at] < limit === x[at - 1] < limit ? 0 : 1);
  return {
    sums(x, at, parts, size, out) {
      const probe = partialSums.signChanges(x, at, parts, size, limit, out);
      if (probe === undefined) {
        for (let j = 0, from = at; j < parts; j++, from += size) {
          let count = 0;
          for (let i = Math.max(1, from); i < from + size; i++) count += changes(x, i);
          out[j] = count;
        }
        if (at > 0) out[0] -= changes(x, at);
      } else {
        out[0] -= at > 0 ? changes(x, at) : x[0] < limit ? 1 : 0;
      }
      return probe ?? Number.NaN;
    },
    before: changes,
    value: (sum, length) => sum / length,
  };
}

function resolveLevel(fn: string, options: LevelOptions, padding: PadMode): Required<LevelOptions> {
  const { frameLength = 2048, hopLength = 512, center = true, padMode = padding } = options;
  requireFraming(fn, { frameLength, hopLength, padMode });
  return { frameLength, hopLength, center, padMode };
}

function perFrame(fn: string, samples: Float32Array, options: Required<LevelOptions>, sum: PartialSum): Float32Array {
  requireSamples(fn, "samples", samples);
  if (samples.length === 0) throw new RangeError(`${fn}: samples must not be empty.`);
  const { frameLength, hopLength, center, padMode } = options;
  const out = new Float32Array(frameCount(samples.length, { frameLength, hopLength, center }));
  const first = center ? -Math.floor(frameLength / 2) : 0;
  const probe = createLevelKernel(frameLength, hopLength, padMode, sum).run(samples, first, out.length, out);
  requireFiniteAfter(
    fn,
    samples,
    probe,
    hopLength > frameLength ? 0 : first + (out.length - 1) * hopLength + frameLength,
  );
  return out;
}

function levelStream(fn: string, options: Required<LevelOptions>, sum: PartialSum): FrameStream {
  const { frameLength, hopLength, padMode } = options;
  return createRowStream(fn, createLevelKernel(frameLength, hopLength, padMode, sum), options);
}
