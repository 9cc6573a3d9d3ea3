import type { AudioClip } from "@earshot/datasets";
import { spectrogram } from "@earshot/dsp";

/** What a recording is like, whatever is said in it. */
export interface SoundFacts {
  durationSec: number;
  /** Of its loud parts (the 95th percentile of 30 ms frames), dB below full scale; −120 for silence. */
  levelDb: number;
  /** Above this frequency lies less than a millionth of the power, up to half the model's sample rate. */
  bandHz: number;
}

/** The facts' names, in a fixed order. */
export const factNames = ["durationSec", "levelDb", "bandHz"] as const satisfies readonly (keyof SoundFacts)[];

const silence = -120;
/** More than a minute tells nothing new. */
const mostSec = 60;
const nFft = 1024;

/** Measures a recording of any rate; the band ends where the model's does. */
export function measureSound({ samples, sampleRate }: AudioClip, modelRate: number): SoundFacts {
  const heard = samples.subarray(0, Math.round(mostSec * sampleRate));
  return {
    durationSec: samples.length / sampleRate,
    levelDb: loudLevel(heard, Math.max(1, Math.round(0.03 * sampleRate))),
    bandHz: Math.min(modelRate / 2, bandEdge(heard, sampleRate)),
  };
}

function loudLevel(samples: Float32Array, frame: number): number {
  const powers: number[] = [];
  for (let from = 0; from < samples.length; from += frame) {
    const end = Math.min(samples.length, from + frame);
    let sum = 0;
    for (let i = from; i < end; i++) sum += samples[i] * samples[i];
    powers.push(sum / (end - from));
  }
  powers.sort((a, b) => a - b);
  const loud = powers[Math.floor(0.95 * (powers.length - 1))] ?? 0;
  return Math.max(silence, 10 * Math.log10(loud + 1e-30));
}

function bandEdge(samples: Float32Array, sampleRate: number): number {
  const whole = samples.length >= nFft ? samples : Float32Array.from({ length: nFft }, (_, i) => samples[i] ?? 0);
  const { data, rows, cols } = spectrogram(whole, { nFft, hopLength: nFft / 2, center: false });
  const power = new Float64Array(cols);
  for (let r = 0; r < rows; r++) for (let c = 0; c < cols; c++) power[c] += data[r * cols + c];
  const all = power.reduce((a, b) => a + b, 0);
  let above = 0;
  for (let c = cols - 1; c > 0; c--) {
    above += power[c];
    if (above > 1e-6 * all) return (c * sampleRate) / nFft;
  }
  return 0;
}
