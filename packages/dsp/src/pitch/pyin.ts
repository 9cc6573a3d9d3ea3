import { requireFinite, requireInRange, requireInteger, requirePositive } from "../core/check.js";
import { frameCount } from "../core/frame.js";
import { roundHalfToEven } from "../core/round.js";
import { betaCdf } from "./beta.js";
import { decodePitch } from "./pitchDecoder.js";
import {
  createDifferenceFunction,
  isTrough,
  type PitchFramingOptions,
  parabolicShift,
  resolvePitchFraming,
} from "./yinFrames.js";

export interface PyinOptions extends PitchFramingOptions {
  /** Thresholds tried (default 100). */
  nThresholds?: number;
  /** Shape of the beta distribution of thresholds (default [2, 18]). */
  betaParameters?: readonly [number, number];
  /** How much shorter periods are preferred, > 0 (default 2). */
  boltzmannParameter?: number;
  /** Width of a pitch bin in semitones, in (0, 1) (default 0.1). */
  resolution?: number;
  /** Fastest change of pitch, octaves per second (default 35.92). */
  maxTransitionRate?: number;
  /** Probability of voicing beginning or ending at a frame, in (0, 1) (default 0.01). */
  switchProb?: number;
  /** Weight of the lowest dip when none is below a threshold, in (0, 1) (default 0.01). */
  noTroughProb?: number;
  /** Pitch of unvoiced frames: NaN (default), another number, or null for the best guess. */
  fillNa?: number | null;
}

export interface Pyin {
  /** Hz, one value a frame, on the grid of `resolution`; `fillNa` where unvoiced. */
  f0: Float32Array;
  /** 1 where voiced, else 0. */
  voiced: Uint8Array;
  /** Probability in [0, 1] that the frame is voiced. */
  voicedProb: Float32Array;
}

/**
 * Pitch and voicing of every frame, by probabilistic YIN: candidates at many thresholds, and the likeliest path through them.
 *
 * @param samples mono audio, length n; not modified
 * @returns f0, voiced and voicedProb, one value a frame each, 1 + ⌊n / hopLength⌋ when centred and frameLength is even
 * @throws RangeError if fMin < fMax ≤ sampleRate / 2 does not hold, an option is out of range, or a sample is NaN or ±∞
 * Source: Mauch & Dixon 2014. Equals librosa 0.11 `pyin`: same path, probabilities within 1e-4.
 */
export function pyin(samples: Float32Array, options: PyinOptions): Pyin {
  const framing = resolvePitchFraming("pyin", options);
  const { nThresholds = 100, betaParameters = [2, 18], boltzmannParameter = 2, resolution = 0.1 } = options;
  const { maxTransitionRate = 35.92, switchProb = 0.01, noTroughProb = 0.01, fillNa = Number.NaN } = options;
  requireInteger("pyin", "nThresholds", nThresholds, 1, 100_000);
  requirePositive("pyin", "betaParameters[0]", betaParameters[0]);
  requirePositive("pyin", "betaParameters[1]", betaParameters[1]);
  requirePositive("pyin", "boltzmannParameter", boltzmannParameter);
  requireInRange("pyin", "resolution", resolution, 1e-3, 1);
  requirePositive("pyin", "maxTransitionRate", maxTransitionRate);
  requireInRange("pyin", "switchProb", switchProb, 0, 1);
  requireInRange("pyin", "noTroughProb", noTroughProb, 0, 1);
  requireFinite("pyin", "samples", samples);

  const { sampleRate, fMin, fMax, frameLength, hopLength, center, minPeriod } = framing;
  const binsPerSemitone = Math.ceil(1 / resolution);
  const bins = Math.floor(12 * binsPerSemitone * Math.log2(fMax / fMin)) + 1;
  const frames = frameCount(samples.length, framing);
  const voicedProb = new Float32Array(frames);
  const candidates = createCandidates({ nThresholds, betaParameters, boltzmannParameter, noTroughProb });
  const difference = createDifferenceFunction(framing);
  const observe = (decode: (probabilities: Float64Array) => void): void => {
    const probabilities = new Float64Array(bins);
    difference.run(samples, center ? -Math.floor(frameLength / 2) : 0, frames, (t) => {
      probabilities.fill(0);
      candidates(difference.values, (at, probability) => {
        const f0 = sampleRate / (minPeriod + at + parabolicShift(difference.values, at));
        const bin = roundHalfToEven(12 * binsPerSemitone * Math.log2(f0 / fMin));
        // A later candidate of the same bin replaces an earlier one, and one above the grid takes no part, as in librosa.
        if (bin < bins) probabilities[Math.max(0, bin)] = probability;
      });
      voicedProb[t] = Math.min(
        1,
        probabilities.reduce((a, b) => a + b, 0),
      );
      decode(probabilities);
    });
  };
  const reach = Math.round((maxTransitionRate * 12 * hopLength) / sampleRate) * binsPerSemitone;
  const states = decodePitch({ frames, bins, width: reach + 1, switchProb, observe });

  const f0 = new Float32Array(frames);
  const voiced = new Uint8Array(frames);
  for (let t = 0; t < frames; t++) {
    voiced[t] = states[t] < bins ? 1 : 0;
    f0[t] = voiced[t] === 1 || fillNa === null ? fMin * 2 ** ((states[t] % bins) / (12 * binsPerSemitone)) : fillNa;
  }
  return { f0, voiced, voicedProb };
}

interface CandidateOptions {
  nThresholds: number;
  betaParameters: readonly [number, number];
  boltzmannParameter: number;
  noTroughProb: number;
}

/** Periods of one frame and their probabilities, shortest first: for each threshold, the dips below it share its prior. */
function createCandidates(options: CandidateOptions) {
  const { nThresholds, betaParameters, boltzmannParameter, noTroughProb } = options;
  const cdf = Float64Array.from({ length: nThresholds + 1 }, (_, i) => betaCdf(i / nThresholds, ...betaParameters));
  const prior = Float64Array.from({ length: nThresholds }, (_, i) => cdf[i + 1] - cdf[i]);
  const decay = Math.exp(-boltzmannParameter);
  let troughs = new Int32Array(64);
  let probabilities = new Float64Array(64);
  return (values: Float64Array, found: (at: number, probability: number) => void): void => {
    if (troughs.length < values.length) {
      troughs = new Int32Array(values.length);
      probabilities = new Float64Array(values.length);
    }
    let count = 0;
    let lowest = 0;
    for (let i = 0; i < values.length; i++) {
      if (!isTrough(values, i)) continue;
      troughs[count] = i;
      probabilities[count] = 0;
      if (values[i] < values[troughs[lowest]]) lowest = count;
      count++;
    }
    if (count === 0) return;
    for (let j = 0; j < nThresholds; j++) {
      const threshold = (j + 1) / nThresholds;
      let below = 0;
      for (let i = 0; i < count; i++) if (values[troughs[i]] < threshold) below++;
      if (below === 0) {
        probabilities[lowest] += noTroughProb * prior[j];
        continue;
      }
      // Boltzmann's distribution over the dips in order, cut off after the last.
      let share = (prior[j] * (1 - decay)) / (1 - decay ** below);
      for (let i = 0; i < count; i++) {
        if (values[troughs[i]] >= threshold) continue;
        probabilities[i] += share;
        share *= decay;
      }
    }
    for (let i = 0; i < count; i++) if (probabilities[i] > 0) found(troughs[i], probabilities[i]);
  };
}
