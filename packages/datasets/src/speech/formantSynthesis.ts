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

/**
 * Speaks control tracks: a glottal pulse train and noise through five resonators in a row, and hissing noise through a filter of its own.
 *
 * @returns samples, peak about 1 before any level is set
 * Source: Klatt 1980, Software for a cascade/parallel formant synthesizer; pulse shape of KLGLOTT88 (Klatt & Klatt 1990).
 */
export function synthesizeTracks(tracks: Tracks, quality: SourceQuality, sampleRate: number, rng: Rng): Float32Array {
  const step = trackStepSec * sampleRate;
  const out = new Float32Array(Math.floor(tracks.frames * step));
  const pulses = createPulses(quality, sampleRate, rng);
  // Resonances near or above half the rate cannot be made, and nothing is lost without them.
  const heard = tracks.formants.map((track) => track.every((f) => f < 0.46 * sampleRate));
  const cascade = createResonators(heard.filter(Boolean).length);
  const hiss = createResonators(1);
  const tilt = tiltCoefficient(quality.tiltDb, sampleRate);
  let tilted = 0;
  let lastNoise = 0;

  for (let frame = 0, t = 0; frame < tracks.frames; frame++) {
    const end = Math.min(out.length, Math.floor((frame + 1) * step));
    const next = Math.min(frame + 1, tracks.frames - 1);
    for (let k = 0, r = 0; k < 5; k++) {
      if (heard[k]) cascade.tune(r++, tracks.formants[k][frame], tracks.widths[k][frame], sampleRate);
    }
    const centre = Math.min(tracks.hissCentre[frame], 0.42 * sampleRate);
    hiss.tune(0, centre, Math.min(tracks.hissWidth[frame], 0.6 * sampleRate), sampleRate);
    const length = Math.max(1, end - t);
    for (let i = 0; t < end; i++, t++) {
      const x = i / length;
      const mix = (track: Float64Array): number => track[frame] + x * (track[next] - track[frame]);
      const voice = mix(tracks.voice);
      const noise = 2 * rng.next() - 1;
      const pulse = pulses.next(mix(tracks.f0));
      tilted += (1 - tilt) * (pulse - tilted);
      // Breath comes in puffs, while the glottis is open.
      const breath = noise * (0.6 * mix(tracks.breath) + voice * quality.breathiness * (pulses.open() ? 1 : 0.3));
      const mouth = cascade.run(voice * tilted + 0.5 * breath);
      const hissed = hiss.run(noise - lastNoise) * mix(tracks.hiss);
      lastNoise = noise;
      out[t] = mouth + hissed;
    }
  }
  return out;
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

/** Second-order resonators in a row, unity gain at 0 Hz. */
function createResonators(count: number) {
  const a = new Float64Array(count);
  const b = new Float64Array(count);
  const c = new Float64Array(count);
  const y1 = new Float64Array(count);
  const y2 = new Float64Array(count);
  return {
    tune(r: number, centre: number, width: number, sampleRate: number): void {
      const radius = Math.exp((-Math.PI * width) / sampleRate);
      c[r] = -radius * radius;
      b[r] = 2 * radius * Math.cos((2 * Math.PI * centre) / sampleRate);
      a[r] = 1 - b[r] - c[r];
    },
    run(x: number): number {
      let y = x;
      for (let r = 0; r < count; r++) {
        y = a[r] * y + b[r] * y1[r] + c[r] * y2[r];
        y2[r] = y1[r];
        y1[r] = y;
      }
      return y;
    },
  };
}

/** Coefficient of a one-pole low-pass that damps 3 kHz by `tiltDb`. */
function tiltCoefficient(tiltDb: number, sampleRate: number): number {
  const wanted = 10 ** (-Math.max(0, tiltDb) / 10);
  const cos = Math.cos((2 * Math.PI * Math.min(3000, 0.45 * sampleRate)) / sampleRate);
  // |H|² = (1−p)² / (1 − 2p·cos + p²) = wanted, solved for p in [0, 1).
  const q = (1 - wanted * cos) / (1 - wanted);
  return wanted >= 1 ? 0 : q - Math.sqrt(q * q - 1);
}
