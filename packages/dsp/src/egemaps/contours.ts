import { createHarmonics } from "./harmonics.js";
import { createPerturbation } from "./periods.js";
import { createResonances } from "./resonances.js";
import { createSmoother, maxDelay } from "./smoother.js";
import { createFrameSpectrum, gaussianWindow, hammingWindow } from "./spectra.js";
import { type Candidates, candidateCount, createCandidates } from "./subharmonics.js";
import { createTimbre } from "./timbre.js";

export const stepSec = 0.01;
/** Descriptors a frame, and how many of them need no pitch. */
export const width = 25;
export const timbreWidth = 10;

/** Receives the descriptors of frames, not smoothed. */
export interface ContourSink {
  /** All of a frame; valid during the call. */
  frame(values: Float64Array): void;
  /** The last frames of 20 ms have no frame of 60 ms: their first ten values. */
  tail(values: Float64Array): void;
}

/**
 * Turns a signal that comes in chunks into the contours of eGeMAPS. A frame waits until its pitch is certain, 0.4 s at most; memory does not grow with
 * the signal.
 */
export function createContours(sampleRate: number, sink: ContourSink) {
  const hop = Math.round(stepSec * sampleRate);
  const shortLength = Math.round(0.02 * sampleRate);
  const longLength = Math.round(0.06 * sampleRate);
  const long = createFrameSpectrum(sampleRate, longLength, gaussianWindow);
  const short = createFrameSpectrum(sampleRate, shortLength, hammingWindow);
  const timbre = createTimbre(short);
  const resonances = createResonances(short, sampleRate, shortLength);
  const candidates = createCandidates(long);
  const smoother = createSmoother();
  const harmonics = createHarmonics(long.bins, long.binHz, sampleRate);
  const perturbation = createPerturbation(sampleRate, hop, longLength);
  const found: Candidates = { hz: new Float64Array(candidateCount), voicing: new Float64Array(candidateCount) };

  // What frames wait with, in a ring: those of 20 ms come up to some frames before those of 60 ms.
  const places = maxDelay + 8;
  const waiting = Array.from({ length: places }, () => ({
    timbre: new Float64Array(timbreWidth),
    poles: new Float64Array(6),
    magnitudes: new Float64Array(long.bins),
    rms: 0,
  }));
  const values = new Float64Array(width);
  const voice = new Float64Array(6);
  const period = new Float64Array(2);
  // Samples from `origin` on.
  const samples = new Float32Array(4 * sampleRate);
  let origin = 0;
  let seen = 0;
  // Frames of 20 ms and of 60 ms looked at, and frames given out.
  let shorts = 0;
  let longs = 0;
  let given = 0;
  let energy = 0;

  const give = (hz: number): void => {
    const { timbre: own, poles, magnitudes, rms } = waiting[given % places];
    const f0 = rms <= 0.001 ? 0 : hz;
    harmonics(magnitudes, f0, poles, voice);
    perturbation.run(samples, origin, given * hop, f0, period);
    values.set(own);
    values[10] = f0 > 29.136 ? 12 * Math.log2(f0 / 27.5) : f0 > 0 ? 1 : 0;
    values.set(period, 11);
    values.set(voice.subarray(0, 3), 13);
    for (let i = 0; i < 3; i++) {
      values[16 + 3 * i] = poles[i];
      values[17 + 3 * i] = poles[3 + i];
      values[18 + 3 * i] = voice[3 + i];
    }
    given++;
    sink.frame(values);
  };
  const look = (): void => {
    // Some frames of 20 ms at a time, no further ahead than the ring is long.
    while (shorts * hop + shortLength <= seen && shorts < longs + 7) {
      const place = waiting[shorts % places];
      short.analyse(samples, shorts * hop - origin);
      timbre.run(place.timbre);
      resonances(place.poles);
      for (let i = shorts * hop - origin; i < shorts * hop - origin + shortLength; i++)
        energy += samples[i] * samples[i];
      shorts++;
    }
    if (longs < shorts && longs * hop + longLength <= seen) {
      const place = waiting[longs % places];
      place.rms = long.analyse(samples, longs * hop - origin);
      place.magnitudes.set(long.magnitudes);
      candidates(found);
      longs++;
      smoother.push(found, give);
    }
  };
  const reset = (): void => {
    timbre.reset();
    smoother.reset();
    perturbation.reset();
    origin = seen = shorts = longs = given = energy = 0;
  };
  return {
    process(chunk: Float32Array): void {
      for (let done = 0; done < chunk.length; ) {
        // The wave before a frame that waits is looked at for periods.
        const keep = Math.max(origin, given * hop - Math.ceil(sampleRate / 10));
        if (seen - origin === samples.length) {
          samples.copyWithin(0, keep - origin, seen - origin);
          origin = keep;
        }
        const count = Math.min(chunk.length - done, samples.length - (seen - origin));
        for (let i = 0, at = seen - origin; i < count; i++, at++) samples[at] = chunk[done + i];
        done += count;
        seen += count;
        for (let before = -1; before !== shorts + longs; ) {
          before = shorts + longs;
          look();
        }
      }
    },
    finish(): void {
      smoother.finish(give);
      for (let t = given; t < shorts; t++) sink.tail(waiting[t % places].timbre);
    },
    /** Mean square of the frames of 20 ms. */
    meanSquare: (): number => (shorts === 0 ? 0 : energy / (shorts * shortLength)),
    reset,
  };
}
