import type { AudioClip } from "../decode/clip.js";
import { hashClip } from "./hashClip.js";

/** Stretches in which the course of the energy is compared. */
const stretches = 64;

interface Sketch {
  id: string;
  hash: string;
  seconds: number;
  /** Mean magnitude over root mean square: hardly changes with gain, dither or another coding, differs between recordings. */
  form: number;
  /** Energy of each stretch, dB below the whole. */
  course: Float32Array;
}

/** Finds recordings that stand in a corpus more than once. */
export interface DuplicateFinder {
  add(id: string, clip: AudioClip): void;
  /**
   * Fingerprint of each item: equal for identical sound, and for the same recording at another level or requantised
   * (course of the energy within 0.1 dB in all of 64 stretches).
   */
  fingerprints(): Map<string, string>;
}

/** Gathers sketches of clips, 300 bytes each; the clips themselves are not kept. */
export function createDuplicateFinder(): DuplicateFinder {
  const sketches: Sketch[] = [];
  return {
    add(id, clip) {
      sketches.push(sketchOf(id, clip));
    },
    fingerprints() {
      const found = new Map(sketches.map(({ id, hash }) => [id, hash]));
      const sorted = [...sketches].sort((a, b) => a.form - b.form || (a.id < b.id ? -1 : 1));
      sorted.forEach((a, i) => {
        // Only neighbours by form can be the same: the search stays linear.
        for (let j = i - 1; j >= 0 && a.form - sorted[j].form < 1e-3; j--) {
          if (isSame(a, sorted[j])) {
            found.set(a.id, found.get(sorted[j].id) ?? a.hash);
            break;
          }
        }
      });
      return found;
    },
  };
}

function sketchOf(id: string, clip: AudioClip): Sketch {
  const { samples, sampleRate } = clip;
  const course = new Float32Array(stretches);
  let energy = 0;
  let magnitude = 0;
  for (let k = 0; k < stretches; k++) {
    const end = Math.floor(((k + 1) * samples.length) / stretches);
    let part = 0;
    for (let t = Math.floor((k * samples.length) / stretches); t < end; t++) {
      part += samples[t] * samples[t];
      magnitude += Math.abs(samples[t]);
    }
    course[k] = part;
    energy += part;
  }
  const n = Math.max(1, samples.length);
  // Below −20 dB noise and rounding decide.
  for (let k = 0; k < stretches; k++)
    course[k] = 10 * Math.log10(Math.max(1e-2, (course[k] * stretches) / Math.max(energy, 1e-30)));
  return {
    id,
    hash: hashClip(clip),
    seconds: n / sampleRate,
    form: energy > 0 ? magnitude / n / Math.sqrt(energy / n) : 0,
    course,
  };
}

function isSame(a: Sketch, b: Sketch): boolean {
  if (a.hash === b.hash) return true;
  // Silence looks like all other silence, and steady tones like each other: their courses tell nothing.
  if (a.form === 0 || a.seconds < 0.05 || Math.abs(a.seconds - b.seconds) > 0.002 * a.seconds || isSteady(a.course))
    return false;
  return a.course.every((level, k) => Math.abs(level - b.course[k]) < 0.1);
}

const isSteady = (course: Float32Array): boolean =>
  course.reduce((a, b) => Math.max(a, b)) - course.reduce((a, b) => Math.min(a, b)) < 6;
