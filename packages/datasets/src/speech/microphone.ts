import { biquad, type Rng, sosFilter } from "@earshot/dsp";

/** What a microphone and its circuit make of a sound. */
export interface Microphone {
  /** Below this nothing is heard, Hz. */
  lowCut: number;
  /** Of the highs, dB from 2.5 kHz on. */
  highDb: number;
  /** A resonance of its case. */
  peak: { frequency: number; gainDb: number; q: number };
}

/** Draws a microphone: from a studio's to a laptop's. */
export function drawMicrophone(rng: Rng): Microphone {
  return {
    lowCut: 40 * (300 / 40) ** rng.next(),
    highDb: rng.uniform(-10, 6),
    peak: { frequency: 300 * (3300 / 300) ** rng.next(), gainDb: rng.uniform(-6, 6), q: rng.uniform(0.6, 2) },
  };
}

/**
 * A sound as a microphone hears it.
 *
 * @returns as many samples with the same peak
 */
export function hear(samples: Float32Array, { lowCut, highDb, peak }: Microphone, sampleRate: number): Float32Array {
  const at = (frequency: number): number => Math.min(frequency, 0.45 * sampleRate);
  const heard = sosFilter(samples, [
    ...biquad({ kind: "highpass", frequency: at(lowCut), sampleRate }),
    ...biquad({ kind: "highshelf", frequency: at(2500), gainDb: highDb, sampleRate }),
    ...biquad({ kind: "peaking", frequency: at(peak.frequency), gainDb: peak.gainDb, q: peak.q, sampleRate }),
  ]);
  const loudest = (x: Float32Array): number => x.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-9);
  const scale = loudest(samples) / loudest(heard);
  for (let t = 0; t < heard.length; t++) heard[t] *= scale;
  return heard;
}
