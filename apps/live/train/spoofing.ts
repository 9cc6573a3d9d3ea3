import {
  createRng,
  fixLength,
  griffinLim,
  istft,
  melSpectrogram,
  melToStft,
  pitchShift,
  type Rng,
  stft,
  timeStretch,
} from "@earshot/dsp";
import type { AudioClip } from "../src/core/types.js";

/** Makes spoofed speech from a bona fide recording, as vocoders do: from a spectrogram without its phase. */
export type SpoofingMethod = (clip: AudioClip, rng: Rng) => Float32Array;

const magnitudes = (samples: Float32Array, nFft: number, hopLength: number) => {
  const { re, im } = stft(samples, { nFft, hopLength });
  return { ...re, data: re.data.map((v, i) => Math.hypot(v, im.data[i])) };
};

/** From a mel spectrogram, phase by Griffin-Lim: what text-to-speech did before neural vocoders, and their training data's bottleneck. */
const melVocoder =
  (nMels: number, nIter: number): SpoofingMethod =>
  ({ samples, sampleRate }, rng) => {
    const options = { sampleRate, nFft: 1024, hopLength: 256, nMels, fMax: sampleRate / 2 };
    const mel = melSpectrogram(samples, options);
    const spectrum = melToStft(mel, { ...options, nIter: 12 });
    return griffinLim(spectrum, { nFft: 1024, hopLength: 256, nIter, seed: Math.floor(rng.uniform(0, 1e6)) });
  };

/** Copies of speech by machines, each with the artefacts of its kind. */
export const spoofingMethods: Record<string, SpoofingMethod> = {
  mel80: melVocoder(80, 24),
  mel64: melVocoder(64, 8),
  griffinLim: ({ samples }, rng) =>
    griffinLim(magnitudes(samples, 512, 160), {
      nFft: 512,
      hopLength: 160,
      nIter: 16,
      seed: Math.floor(rng.uniform(0, 1e6)),
    }),
  randomPhase({ samples }, rng) {
    const { re, im } = stft(samples, { nFft: 1024, hopLength: 256 });
    for (let i = 0; i < re.data.length; i++) {
      const size = Math.hypot(re.data[i], im.data[i]);
      const phase = Math.atan2(im.data[i], re.data[i]) + rng.uniform(-1.6, 1.6);
      re.data[i] = size * Math.cos(phase);
      im.data[i] = size * Math.sin(phase);
    }
    return istft({ re, im }, { hopLength: 256, length: samples.length });
  },
  pitchShift: ({ samples }, rng) =>
    pitchShift(samples, { nSteps: rng.uniform(0, 1) < 0.5 ? rng.uniform(-4, -1.5) : rng.uniform(1.5, 4) }),
  stretch: ({ samples }, rng) =>
    timeStretch(samples, { rate: rng.uniform(0, 1) < 0.5 ? rng.uniform(0.75, 0.9) : rng.uniform(1.1, 1.3) }),
};

/** A spoofed copy, of the loudness of the original. */
export function spoofClip(clip: AudioClip, method: string, seed: number): AudioClip {
  const made = spoofingMethods[method](clip, createRng(seed));
  const samples = fixLength(made, { length: clip.samples.length });
  const power = (x: Float32Array) => x.reduce((sum, v) => sum + v * v, 1e-9);
  const gain = Math.sqrt(power(clip.samples) / power(samples));
  return { samples: samples.map((v) => v * gain), sampleRate: clip.sampleRate };
}
