import { requireFinite, requireInRange } from "../core/check.js";
import { frameCount, type PadMode, readFrame, requireFraming } from "../core/frame.js";

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
  return perFrame("rms", samples, { padMode: "constant", ...options }, (frame) => {
    let sum = 0;
    for (let i = 0; i < frame.length; i++) sum += frame[i] * frame[i];
    return Math.sqrt(sum / frame.length);
  });
}

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
  const { threshold = 1e-10 } = options;
  requireInRange("zeroCrossingRate", "threshold", threshold, 0, Number.MAX_VALUE);
  return perFrame("zeroCrossingRate", samples, { padMode: "edge", ...options }, (frame) => {
    let count = 0;
    let negative = frame[0] < -threshold;
    for (let i = 1; i < frame.length; i++) {
      const now = frame[i] < -threshold;
      if (now !== negative) count++;
      negative = now;
    }
    return count / frame.length;
  });
}

function perFrame(
  fn: string,
  samples: Float32Array,
  options: LevelOptions & { padMode: PadMode },
  value: (frame: Float32Array) => number,
): Float32Array {
  const { frameLength = 2048, hopLength = 512, center = true, padMode } = options;
  requireFraming(fn, { frameLength, hopLength, padMode });
  requireFinite(fn, "samples", samples);
  if (samples.length === 0) throw new RangeError(`${fn}: samples must not be empty.`);
  const rows = frameCount(samples.length, { frameLength, hopLength, center });
  const first = center ? -Math.floor(frameLength / 2) : 0;
  const frame = new Float32Array(frameLength);
  return Float32Array.from({ length: rows }, (_, t) => {
    const start = first + t * hopLength;
    if (start >= 0 && start + frameLength <= samples.length) return value(samples.subarray(start, start + frameLength));
    readFrame(samples, start, frame, padMode);
    return value(frame);
  });
}
