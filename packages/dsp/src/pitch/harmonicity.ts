import { requireFinite, requireInRange, requirePositive, requireSampleRate } from "../core/check.js";
import { pitchCandidates } from "./boersma.js";

/** Options of {@link harmonicity}. */
export interface HarmonicityOptions {
  /** Hz. */
  sampleRate: number;
  /** Lowest pitch, Hz (default 75): windows hold `periodsPerWindow` of its periods. */
  minPitch?: number;
  /** Between frames (default 0.01 s). */
  stepSec?: number;
  /** Frames whose peak is below this share of the signal's are silent, 0..1 (default 0.1). */
  silenceThreshold?: number;
  /** Default 4.5. */
  periodsPerWindow?: number;
}

/** How periodic a voice is, frame by frame. */
export interface Harmonicity {
  /** Harmonics-to-noise ratio of each frame, dB; −200 where the frame is silent or has no period. */
  hnr: Float32Array;
  /** Centre of each frame, seconds. */
  times: Float64Array;
}

/**
 * Harmonics-to-noise ratio: how much of the sound repeats from one period to the next.
 *
 * @param samples mono audio, length n; not modified
 * @returns dB of each frame, and their times; none when n is shorter than a window
 * @throws RangeError if an option is out of range, or a sample is NaN or ±∞
 * Source: Boersma 1993. Equals Praat 6.4 "To Harmonicity (ac)" (parselmouth 0.4.7) within 0.001 dB.
 */
export function harmonicity(samples: Float32Array, options: HarmonicityOptions): Harmonicity {
  const { sampleRate, minPitch = 75, stepSec = 0.01, silenceThreshold = 0.1, periodsPerWindow = 4.5 } = options;
  requireFinite("harmonicity", "samples", samples);
  requireSampleRate("harmonicity", sampleRate);
  requirePositive("harmonicity", "minPitch", minPitch);
  requirePositive("harmonicity", "stepSec", stepSec);
  requireInRange("harmonicity", "silenceThreshold", silenceThreshold, 0, 1);
  requireInRange("harmonicity", "periodsPerWindow", periodsPerWindow, 1, 100);
  const { times, frames } = pitchCandidates(samples, {
    sampleRate,
    minPitch,
    maxPitch: sampleRate / 2,
    stepSec,
    periodsPerWindow,
    gaussian: true,
    maxCandidates: 15,
    voicingThreshold: 0,
    octaveCost: 0,
  });
  const hnr = Float32Array.from(frames, ({ intensity, candidates }) => {
    const unvoiced = silenceThreshold <= 0 ? 0 : Math.max(0, 2 - intensity / silenceThreshold);
    let r = unvoiced;
    let voiced = false;
    for (const { frequency, strength } of candidates) {
      if (frequency > 0 && strength > r) {
        r = strength;
        voiced = true;
      }
    }
    if (!voiced) return -200;
    if (r <= 1e-15) return -150;
    return r > 1 - 1e-15 ? 150 : 10 * Math.log10(r / (1 - r));
  });
  return { hnr, times };
}
