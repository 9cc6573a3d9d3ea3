import type { Rng } from "@earshot/dsp";
import { type Tracks, trackStepSec } from "./tracks.js";

/** Voice quality of a whole utterance. */
export interface SourceQuality {
  openQuotient: number;
  tiltDb: number;
  breathiness: number;
  jitter: number;
  shimmer: number;
}

/** Brings hissing sounds to their natural level below the vowels. */
const hissLevel = 0.35;

/**
 * Speaks control tracks: a glottal pulse train and noise through five resonators in a row, and hissing noise through a filter of its own.
 *
 * @returns samples, peak about 1 before any level is set
 * Source: Klatt 1980, Software for a cascade/parallel formant synthesizer; pulse shape of KLGLOTT88 (Klatt & Klatt 1990).
 */
export function synthesizeTracks(tracks: Tracks, quality: SourceQuality, sampleRate: number, rng: Rng): Float32Array {
  const step = trackStepSec * sampleRate;
  const out = new Float32Array(Math.floor(tracks.frames * step));
  const hissing = new Float64Array(Math.ceil(step) + 1);
  const block = new Float64Array(Math.ceil(step) + 1);
  const pulses = createPulses(quality, sampleRate, rng);
  // Resonances near or above half the rate cannot be made, and nothing is lost without them.
  const heard = [0, 1, 2, 3, 4].filter((k) => tracks.formants[k].every((f) => f < 0.46 * sampleRate));
  const mouth = heard.map(() => createResonator(sampleRate));
  const teeth = createResonator(sampleRate);
  const pole = tiltPole(quality.tiltDb, sampleRate);
  const { f0, voice, breath, hiss } = tracks;
  let tilted = 0;
  let lastNoise = 0;

  for (let frame = 0, t = 0; frame < tracks.frames; frame++) {
    const length = Math.min(out.length, Math.floor((frame + 1) * step)) - t;
    const next = Math.min(frame + 1, tracks.frames - 1);
    for (let i = 0; i < length; i++) {
      const x = i / length;
      const voiced = voice[frame] + x * (voice[next] - voice[frame]);
      const noise = 2 * rng.next() - 1;
      tilted += (1 - pole) * (pulses.next(f0[frame] + x * (f0[next] - f0[frame])) - tilted);
      // Breath comes in puffs, while the glottis is open.
      const puff = voiced * quality.breathiness * (pulses.open() ? 1 : 0.3);
      const aspirated = 0.6 * (breath[frame] + x * (breath[next] - breath[frame]));
      block[i] = voiced * tilted + 0.5 * noise * (aspirated + puff);
      hissing[i] = noise - lastNoise;
      lastNoise = noise;
    }
    heard.forEach((k, r) => {
      mouth[r](block, length, tracks.formants[k][frame], tracks.widths[k][frame]);
    });
    const centre = Math.min(tracks.hissCentre[frame], 0.42 * sampleRate);
    teeth(hissing, length, centre, Math.min(tracks.hissWidth[frame], 0.6 * sampleRate));
    const left = heardShare(centre, tracks.hissCentre[frame], tracks.hissWidth[frame]);
    for (let i = 0; i < length; i++, t++) {
      const strength = hiss[frame] + (i / length) * (hiss[next] - hiss[frame]);
      out[t] = block[i] + hissLevel * left * strength * hissing[i];
    }
  }
  return out;
}

/** What is left of a hiss whose resonance lies above the highest frequency that the rate holds: at 8 kHz an s is faint. Its skirts are broader than those of one resonance. */
function heardShare(frequency: number, centre: number, width: number): number {
  const off = (frequency * frequency - centre * centre) / (frequency * 1.5 * width);
  return 1 / Math.sqrt(1 + off * off);
}

/** Differentiated glottal flow, pulse by pulse, each a little early, late, loud or soft. */
function createPulses({ openQuotient, jitter, shimmer }: SourceQuality, sampleRate: number, rng: Rng) {
  let phase = 1;
  let period = 1;
  let gain = 1;
  return {
    next(f0: number): number {
      if (phase >= period) {
        phase -= period;
        period = Math.max(2, (sampleRate / f0) * (1 + rng.normal(0, jitter)));
        gain = 1 + rng.normal(0, shimmer);
        if (phase >= period) phase = 0;
      }
      const x = phase++ / (openQuotient * period);
      // Derivative of x² − x³: rises gently, closes with a snap.
      return x < 1 ? gain * (2 * x - 3 * x * x) : 0;
    },
    open: (): boolean => phase < openQuotient * period,
  };
}

/** A second-order resonator, unity gain at 0 Hz, that filters blocks in place and may be tuned anew for each. */
function createResonator(sampleRate: number) {
  let y1 = 0;
  let y2 = 0;
  return (block: Float64Array, length: number, centre: number, width: number): void => {
    const radius = Math.exp((-Math.PI * width) / sampleRate);
    const c = -radius * radius;
    const b = 2 * radius * Math.cos((2 * Math.PI * centre) / sampleRate);
    const a = 1 - b - c;
    for (let i = 0; i < length; i++) {
      const y = a * block[i] + b * y1 + c * y2;
      y2 = y1;
      y1 = y;
      block[i] = y;
    }
  };
}

/** Pole of a one-pole low-pass that damps 3 kHz by `tiltDb`. */
function tiltPole(tiltDb: number, sampleRate: number): number {
  const wanted = 10 ** (-Math.max(0, tiltDb) / 10);
  const cos = Math.cos((2 * Math.PI * Math.min(3000, 0.45 * sampleRate)) / sampleRate);
  // |H|² = (1−p)² / (1 − 2p·cos + p²) = wanted, solved for p in [0, 1).
  const q = (1 - wanted * cos) / (1 - wanted);
  return wanted >= 1 ? 0 : q - Math.sqrt(q * q - 1);
}
