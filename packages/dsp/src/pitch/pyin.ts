import { requireFiniteAfter, requireInRange, requireInteger, requirePositive, requireSamples } from "../core/check.js";
import { createFeed } from "../core/feed.js";
import { frameCount } from "../core/frame.js";
import { roundHalfToEven } from "../core/round.js";
import { createRowBuffer } from "../core/rowStream.js";
import { createSampleSink } from "../core/sampleSink.js";
import type { FrameStream } from "../core/stream.js";
import { createPitchDecoder } from "./pitchDecoder.js";
import { createCandidates } from "./pyinCandidates.js";
import {
  createDifferenceFunction,
  type PitchFraming,
  type PitchFramingOptions,
  parabolicShift,
  resolvePitchFraming,
} from "./yinFrames.js";

/** Options of {@link pyin}. */
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

/** Fundamental frequency and voicing, frame by frame. */
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
 * @see pyinStream for chunks
 * Source: Mauch & Dixon 2014. Equals librosa 0.11 `pyin`: same path, probabilities within 1e-4. Where several paths stay likely for minutes, as in
 * silence with `fillNa: null`, the older half of 8 MB of frames is decided by the best path so far.
 */
export function pyin(samples: Float32Array, options: PyinOptions): Pyin {
  requireSamples("pyin", "samples", samples);
  const framing = resolvePitchFraming("pyin", options);
  const frames = frameCount(samples.length, framing);
  const out = { f0: new Float32Array(frames), voiced: new Uint8Array(frames), voicedProb: new Float32Array(frames) };
  let made = 0;
  const tracker = createTracker("pyin", options, framing, (f0, voiced, voicedProb) => {
    out.f0[made] = f0;
    out.voiced[made] = voiced;
    out.voicedProb[made++] = voicedProb;
  });
  const { frameLength, hopLength, center } = framing;
  const first = center ? -Math.floor(frameLength / 2) : 0;
  const probe = tracker.run(samples, first, frames);
  requireFiniteAfter(
    "pyin",
    samples,
    probe,
    hopLength > frameLength ? 0 : first + (frames - 1) * hopLength + frameLength,
  );
  tracker.finish();
  return out;
}

/** Options of {@link pyinStream}. */
export interface PyinStreamOptions extends PyinOptions {
  /** A frame is decided at the latest so many frames later, 32 or more (default: what fits 8 MB, some minutes). */
  maxDelayFrames?: number;
}

/**
 * Streaming twin of {@link pyin}: rows of three columns, f0 in Hz, voiced (1 or 0) and voicedProb, equal to the batch result.
 *
 * The likeliest path depends on what comes later: a frame leaves when all paths that may still win agree on it, mostly within half a second, or when
 * `maxDelayFrames` wait; then the best path so far decides, which may differ from the batch result. Centred, it takes padMode "constant" or "edge".
 */
export function pyinStream(options: PyinStreamOptions): FrameStream {
  const fn = "pyinStream";
  const framing = resolvePitchFraming(fn, options);
  const feed = createFeed(fn, framing);
  const sink = createSampleSink();
  const rowsOf = createRowBuffer(3);
  const triple = new Float32Array(3);
  const tracker = createTracker(fn, options, framing, (f0, voiced, voicedProb) => {
    triple[0] = f0;
    triple[1] = voiced;
    triple[2] = voicedProb;
    sink.push(triple, 0, 3);
  });
  const taken = () => {
    const out = rowsOf(sink.ready / 3);
    sink.take(out.data.length, out.data);
    return out;
  };
  const reset = () => {
    feed.reset();
    sink.reset();
    tracker.reset();
  };
  return {
    process(chunk) {
      const frames = feed.push(chunk);
      if (frames > 0) tracker.run(feed.samples, 0, frames);
      return taken();
    },
    flush() {
      const frames = feed.finish();
      tracker.run(feed.samples, 0, frames);
      tracker.finish();
      const out = taken();
      reset();
      return out;
    },
    reset,
  };
}

/** Numbers that paths to come may need. */
const memory = 2 ** 22;

/** Frames in, decided pitches out. */
function createTracker(
  fn: string,
  options: PyinStreamOptions,
  { sampleRate, fMin, fMax, hopLength, minPeriod, ...framing }: PitchFraming,
  use: (f0: number, voiced: 0 | 1, voicedProb: number) => void,
) {
  const { nThresholds = 100, betaParameters = [2, 18], boltzmannParameter = 2, resolution = 0.1 } = options;
  const { maxTransitionRate = 35.92, switchProb = 0.01, noTroughProb = 0.01, fillNa = Number.NaN } = options;
  requireInteger(fn, "nThresholds", nThresholds, 1, 100_000);
  requirePositive(fn, "betaParameters[0]", betaParameters[0]);
  requirePositive(fn, "betaParameters[1]", betaParameters[1]);
  requirePositive(fn, "boltzmannParameter", boltzmannParameter);
  requireInRange(fn, "resolution", resolution, 1e-3, 1);
  requirePositive(fn, "maxTransitionRate", maxTransitionRate);
  requireInRange(fn, "switchProb", switchProb, 0, 1);
  requireInRange(fn, "noTroughProb", noTroughProb, 0, 1);

  const binsPerSemitone = Math.ceil(1 / resolution);
  const bins = Math.floor(12 * binsPerSemitone * Math.log2(fMax / fMin)) + 1;
  const { maxDelayFrames = Math.max(64, Math.floor(memory / (2 * bins))) } = options;
  requireInteger(fn, "maxDelayFrames", maxDelayFrames, 32, 1e7);
  const capacity = 2 * Math.floor(maxDelayFrames / 2);
  const candidates = createCandidates({ nThresholds, betaParameters, boltzmannParameter, noTroughProb });
  const difference = createDifferenceFunction({ sampleRate, fMin, fMax, hopLength, minPeriod, ...framing });
  const probabilities = new Float64Array(bins);
  const reach = Math.round((maxTransitionRate * 12 * hopLength) / sampleRate) * binsPerSemitone;
  const unvoicedAlike = fillNa !== null;
  const decoder = createPitchDecoder({ bins, width: reach + 1, switchProb, capacity, unvoicedAlike });
  const probs = new Float32Array(capacity);
  let seen = 0;
  let given = 0;
  const found = (at: number, probability: number): void => {
    const f0 = sampleRate / (minPeriod + at + parabolicShift(difference.values, at));
    const bin = roundHalfToEven(12 * binsPerSemitone * Math.log2(f0 / fMin));
    // A later candidate of the same bin replaces an earlier one, and one above the grid takes no part, as in librosa.
    if (bin < bins) probabilities[Math.max(0, bin)] = probability;
  };
  const decide = (state: number): void => {
    const voiced = state < bins;
    const f0 = voiced || fillNa === null ? fMin * 2 ** ((state % bins) / (12 * binsPerSemitone)) : fillNa;
    use(f0, voiced ? 1 : 0, probs[given++ % capacity]);
  };
  const observe = (): void => {
    probabilities.fill(0);
    candidates(difference.values, found);
    let sum = 0;
    for (let i = 0; i < bins; i++) sum += probabilities[i];
    probs[seen++ % capacity] = Math.min(1, sum);
    decoder.push(probabilities, decide);
  };
  return {
    run: (samples: Float32Array, first: number, rows: number): number => difference.run(samples, first, rows, observe),
    finish: () => decoder.finish(decide),
    reset(): void {
      decoder.reset();
      seen = given = 0;
    },
  };
}
