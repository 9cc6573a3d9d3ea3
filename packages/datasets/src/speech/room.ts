import type { Rng } from "@earshot/dsp";

/** Where it was recorded, and how well. */
export interface Room {
  /** Reverberation time RT60, s; 0 is a booth. */
  reverbSec: number;
  /** Level of the room against the voice, dB. */
  wetDb: number;
  /** Signal-to-noise ratio, dB. */
  snrDb: number;
  /** Level of the recording, dB below full scale (peak). */
  peakDb: number;
  /** Colour of the noise: 0 white, 1 mostly low. */
  rumble: number;
}

/** Draws a room: from a booth to a living room, from a studio's silence to a fan. */
export function drawRoom(rng: Rng): Room {
  return {
    reverbSec: rng.uniform(0.05, 0.5),
    wetDb: rng.uniform(-30, -12),
    snrDb: rng.uniform(18, 45),
    peakDb: rng.uniform(-18, -1),
    rumble: rng.uniform(0.5, 0.97),
  };
}

/** The same room another day: the noise and the level differ, the walls stay. */
export function varyRoom(room: Room, rng: Rng): Room {
  return {
    ...room,
    wetDb: room.wetDb + rng.normal(0, 2),
    snrDb: Math.max(15, room.snrDb + rng.normal(0, 3)),
    peakDb: Math.min(-0.5, room.peakDb + rng.normal(0, 3)),
  };
}

/**
 * Puts a dry voice into a room: reverberation (four combs and an all-pass), noise, and the level of the recording.
 *
 * @param samples dry voice with silence around it; not modified
 * @returns as many samples, peak at `peakDb`
 * Source: Schroeder 1962, Natural sounding artificial reverberation.
 */
export function placeInRoom(samples: Float32Array, room: Room, sampleRate: number, rng: Rng): Float32Array {
  const out = samples.slice();
  if (room.reverbSec > 0) {
    const wet = reverberate(samples, room.reverbSec, sampleRate, rng);
    const gain = 10 ** (room.wetDb / 20);
    for (let t = 0; t < out.length; t++) out[t] += gain * wet[t];
  }
  let energy = 0;
  for (const x of out) energy += x * x;
  const noiseGain = Math.sqrt(energy / Math.max(1, out.length)) * 10 ** (-room.snrDb / 20);
  const p = room.rumble;
  // White noise has variance 1/3; the low-pass leaves (1−p)/(1+p) of it.
  const normal = noiseGain / Math.sqrt((1 - p) / (1 + p) / 3);
  let low = 0;
  let peak = 1e-9;
  for (let t = 0; t < out.length; t++) {
    low = p * low + (1 - p) * (2 * rng.next() - 1);
    out[t] += normal * low;
    peak = Math.max(peak, Math.abs(out[t]));
  }
  const scale = 10 ** (room.peakDb / 20) / peak;
  for (let t = 0; t < out.length; t++) out[t] *= scale;
  return out;
}

function reverberate(samples: Float32Array, reverbSec: number, sampleRate: number, rng: Rng): Float32Array {
  const wet = new Float32Array(samples.length);
  for (const ms of [29.7, 37.1, 41.1, 43.7]) {
    const delay = Math.max(1, Math.round(ms * rng.uniform(0.8, 1.2) * 0.001 * sampleRate));
    const feedback = 10 ** ((-3 * delay) / (sampleRate * reverbSec));
    const line = new Float32Array(delay);
    let at = 0;
    for (let t = 0; t < samples.length; t++) {
      const delayed = line[at];
      line[at] = samples[t] + feedback * delayed;
      wet[t] += delayed;
      if (++at === delay) at = 0;
    }
  }
  const delay = Math.max(1, Math.round(0.005 * sampleRate));
  const line = new Float32Array(delay);
  let at = 0;
  for (let t = 0; t < wet.length; t++) {
    const delayed = line[at];
    const inner = wet[t] + 0.7 * delayed;
    line[at] = inner;
    wet[t] = delayed - 0.7 * inner;
    if (++at === delay) at = 0;
  }
  return wet;
}
