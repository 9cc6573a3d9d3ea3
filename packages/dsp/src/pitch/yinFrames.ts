import { cacheKey, createCache } from "../core/cache.js";
import { requireInRange, requireInteger, requirePositive, requireSampleRate } from "../core/check.js";
import { type PadMode, readFrame } from "../core/frame.js";
import { createDifferenceKernel, type DifferenceKernel } from "../kernels/difference.js";
import { createFrameCorrelator, fastLength } from "./frameCorrelation.js";

/** Frames and range that {@link yin} and {@link pyin} share. */
export interface PitchFramingOptions {
  /** Hz. */
  sampleRate: number;
  /** Lowest pitch, Hz, > 0; one period of it must fit into a frame. */
  fMin: number;
  /** Highest pitch, Hz, in (fMin, sampleRate / 2]. */
  fMax: number;
  /** Samples a frame (default 2048). */
  frameLength?: number;
  /** Samples between frames (default ⌊frameLength / 4⌋). */
  hopLength?: number;
  /** Frame t is centred on sample t·hopLength (true, the default), or begins there (what streams do). */
  center?: boolean;
  /** Beyond the ends when centred (default "constant": zeros). */
  padMode?: PadMode;
}

export interface PitchFraming extends Required<PitchFramingOptions> {
  /** Samples of the shortest and longest period looked at. */
  minPeriod: number;
  maxPeriod: number;
}

export function resolvePitchFraming(fn: string, options: PitchFramingOptions): PitchFraming {
  const { sampleRate, fMin, fMax, frameLength = 2048, center = true, padMode = "constant" } = options;
  const { hopLength = Math.max(1, Math.floor(frameLength / 4)) } = options;
  requireSampleRate(fn, sampleRate);
  requirePositive(fn, "fMin", fMin);
  requireInteger(fn, "frameLength", frameLength, 4, 2 ** 24);
  requireInteger(fn, "hopLength", hopLength, 1);
  requireInRange(fn, "fMax", fMax, 0, sampleRate / 2);
  if (!(fMin < fMax)) throw new RangeError(`${fn}: fMin must be below fMax, got ${fMin} and ${fMax}.`);
  if (sampleRate / fMin >= frameLength - 1) {
    throw new RangeError(
      `${fn}: frameLength must exceed one period of fMin (${Math.ceil(sampleRate / fMin) + 1} samples), got ${frameLength}.`,
    );
  }
  const minPeriod = Math.floor(sampleRate / fMax);
  const maxPeriod = Math.min(Math.ceil(sampleRate / fMin), frameLength - 1);
  return { sampleRate, fMin, fMax, frameLength, hopLength, center, padMode, minPeriod, maxPeriod };
}

/** Making kernels costs more than the pitch of a short clip; they keep nothing between calls. */
const kernels = createCache<DifferenceKernel | undefined>(4);

/** The smallest normal double: keeps silence from dividing by 0. */
const tiny = 2 ** -1022;

export function createDifferenceFunction(framing: PitchFraming): DifferenceKernel {
  const { frameLength, hopLength, padMode, minPeriod, maxPeriod } = framing;
  const size = Math.max(32, fastLength(hopLength + maxPeriod));
  const options = { frameLength, hopLength, padMode, minPeriod, maxPeriod, size };
  return kernels(cacheKey(options), () => createDifferenceKernel(options)) ?? plainDifference(framing);
}

/** In double precision, for every framing: one frame after the other. */
function plainDifference({ frameLength, hopLength, padMode, minPeriod, maxPeriod }: PitchFraming): DifferenceKernel {
  const values = new Float64Array(maxPeriod - minPeriod + 1);
  const correlate = createFrameCorrelator(frameLength, maxPeriod);
  const r = new Float64Array(maxPeriod + 1);
  const frame = new Float64Array(frameLength);

  // librosa's form of the difference, d(k) = 2·(r(0) − r(k)) − Σ_{j<k} x²(j), divided by its mean over 1..k.
  const normalise = (): void => {
    const twice = 2 * r[0];
    let energy = 0;
    let sum = 0;
    for (let k = 1; k <= maxPeriod; k++) {
      energy += frame[k - 1] * frame[k - 1];
      const difference = twice - 2 * r[k] - energy;
      sum += difference;
      if (k >= minPeriod) values[k - minPeriod] = difference / (sum / k + tiny);
    }
  };
  return {
    values,
    run(samples, first, rows, use) {
      let probe = 0;
      for (let t = 0; t < rows; t++) {
        readFrame(samples, first + t * hopLength, frame, padMode);
        correlate(frame, r);
        probe += r[0] * 0;
        normalise();
        use(t);
      }
      return probe;
    },
  };
}

/** Offset of the parabola's vertex through three neighbours, 0 at the ends or where it lies beyond them. */
export function parabolicShift(values: Float64Array, at: number): number {
  if (at <= 0 || at >= values.length - 1) return 0;
  const a = values[at + 1] + values[at - 1] - 2 * values[at];
  const b = (values[at + 1] - values[at - 1]) / 2;
  return Math.abs(b) >= Math.abs(a) ? 0 : -b / a;
}

/** Below the one before and not above the one after; at the ends below the only neighbour. */
export function isTrough(values: Float64Array, at: number): boolean {
  const last = values.length - 1;
  if (at === 0) return last > 0 && values[0] < values[1];
  if (at === last) return values[last] < values[last - 1];
  return values[at] < values[at - 1] && values[at] <= values[at + 1];
}
