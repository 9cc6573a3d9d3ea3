import { istft, melSpectrogram, melToAudio, stft } from "@earshot/dsp";
import { powerOfTwo, toLength } from "./excitation.js";
import type { SpoofMethod } from "./types.js";

/**
 * What early neural synthesisers did: keep 60 to 100 mel bands, throw the phases away, and find new ones by Griffin–Lim.
 */
export const griffinLimMel: SpoofMethod = (samples, { sampleRate, rng }) => {
  const nMels = rng.integer(60, 100);
  const nIter = rng.integer(16, 60);
  const nFft = powerOfTwo(0.046, sampleRate);
  const options = { sampleRate, nFft, hopLength: nFft / 4, nMels };
  const mel = melSpectrogram(samples, options);
  const made = melToAudio(mel, { ...options, griffinLim: { nIter, hopLength: nFft / 4, seed: rng.fork() } });
  return { samples: toLength(made, samples.length), parameters: { nMels, nIter } };
};

/**
 * Keeps every magnitude and disturbs every phase, by up to half a turn either way.
 */
export const phaseRandom: SpoofMethod = (samples, { sampleRate, rng }) => {
  const spread = rng.uniform(0.35, 1);
  const nFft = powerOfTwo(0.03, sampleRate);
  const framing = { nFft, hopLength: nFft / 4 };
  const { re, im } = stft(samples, framing);
  for (let i = 0; i < re.data.length; i++) {
    const turn = Math.PI * spread * (2 * rng.next() - 1);
    const [c, s] = [Math.cos(turn), Math.sin(turn)];
    const [a, b] = [re.data[i], im.data[i]];
    re.data[i] = a * c - b * s;
    im.data[i] = a * s + b * c;
  }
  return { samples: istft({ re, im }, { ...framing, length: samples.length }), parameters: { spread } };
};
