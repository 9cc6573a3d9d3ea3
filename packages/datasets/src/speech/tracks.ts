import type { Rng } from "@earshot/dsp";
import type { EmotionStyle } from "./emotions.js";
import { type Phoneme, type PhonemeName, phonemes } from "./phonemes.js";
import type { Voice } from "./voice.js";

/** Control values every 5 ms; the synthesiser interpolates between them. */
export interface Tracks {
  frames: number;
  f0: Float64Array;
  voice: Float64Array;
  breath: Float64Array;
  hiss: Float64Array;
  hissCentre: Float64Array;
  hissWidth: Float64Array;
  /** Five resonances and their widths, Hz. */
  formants: Float64Array[];
  widths: Float64Array[];
}

/** Step of the control values, s. */
export const trackStepSec = 0.005;

interface Piece {
  name: PhonemeName;
  phoneme: Phoneme;
  closure: number;
  frames: number;
}

/**
 * Lays the sounds of an utterance out in time: lengths by rate, resonances that glide from one sound into the next, a pitch contour.
 *
 * @param rng variation of this take: lengths ± 10 %, resonances ± 2 %, pitch ± 1 semitone
 */
export function layTracks(names: readonly PhonemeName[], voice: Voice, style: EmotionStyle, rng: Rng): Tracks {
  const rate = voice.rate * style.rate * Math.exp(rng.normal(0, 0.08));
  const pieces = names.map((name, i): Piece => {
    const phoneme: Phoneme = phonemes[name];
    const stretch = phoneme.stretch ?? 1;
    // The last sound of an utterance is drawn out.
    const final = i === names.length - 1 && phoneme.voice > 0 ? 1.3 : 1;
    const ms = (phoneme.ms * final * Math.exp(rng.normal(0, 0.1))) / rate ** stretch;
    const closure = phoneme.stop
      ? Math.round((phoneme.stop.closureMs * Math.exp(rng.normal(0, 0.1))) / rate ** stretch / 5)
      : 0;
    return {
      name,
      phoneme,
      closure: i === 0 ? Math.min(closure, 2) : closure,
      frames: Math.max(3, Math.round(ms / 5)),
    };
  });
  const frames = pieces.reduce((sum, p) => sum + p.closure + p.frames, 0);
  const tracks = emptyTracks(frames);
  let at = 0;
  for (const piece of pieces) {
    fillPiece(tracks, at, piece, voice, rng);
    at += piece.closure + piece.frames;
  }
  for (const track of tracks.formants) smooth(track, 5);
  for (const track of tracks.widths) smooth(track, 4);
  for (const track of [tracks.voice, tracks.hiss, tracks.breath]) smooth(track, 2);
  fadeOut(tracks);
  pitchContour(tracks.f0, voice, style, rng);
  return tracks;
}

function emptyTracks(frames: number): Tracks {
  const track = (): Float64Array => new Float64Array(frames);
  const five = (): Float64Array[] => Array.from({ length: 5 }, track);
  return {
    frames,
    f0: track(),
    voice: track(),
    breath: track(),
    hiss: track(),
    hissCentre: track(),
    hissWidth: track(),
    formants: five(),
    widths: five(),
  };
}

function fillPiece(
  tracks: Tracks,
  start: number,
  { name, phoneme, closure, frames }: Piece,
  voice: Voice,
  rng: Rng,
): void {
  const { formantScale, upperFormants, accent, hissGain } = voice;
  const own = [
    accent[name][0] * (1 + rng.normal(0, 0.02)),
    accent[name][1] * (1 + rng.normal(0, 0.02)),
    1 + rng.normal(0, 0.01),
  ];
  const { stop, hiss, nasal, glide } = phoneme;
  for (let i = 0; i < closure + frames; i++) {
    const t = start + i;
    const closed = i < closure;
    const into = closed ? 0 : (i - closure) / frames;
    // Diphthongs rest on their first half and then move.
    const moved = glide ? Math.min(1, Math.max(0, (into - 0.25) / 0.6)) : 0;
    for (let k = 0; k < 3; k++) {
      const target = phoneme.formants[k] + (glide ? moved * (glide[k] - phoneme.formants[k]) : 0);
      tracks.formants[k][t] = target * own[k] * formantScale;
      tracks.widths[k][t] = (nasal ? [110, 220, 260] : [70, 90, 130])[k] * (0.8 + 0.2 * formantScale);
    }
    for (let k = 3; k < 5; k++) {
      tracks.formants[k][t] = upperFormants[k - 3] * formantScale;
      tracks.widths[k][t] = k === 3 ? 200 : 260;
    }
    tracks.voice[t] = closed ? 0 : phoneme.voice;
    tracks.breath[t] = closed ? 0 : (phoneme.breath ?? 0);
    // A stop opens with a burst of two frames; after that there is breath alone.
    const bursting = stop !== undefined && !closed && i - closure < 2;
    tracks.hiss[t] = hissGain * (bursting ? stop.burst : closed || !hiss ? 0 : hiss.strength);
    const noise = stop ?? hiss;
    tracks.hissCentre[t] = (noise?.centre ?? 5000) * (0.75 + 0.25 * formantScale);
    tracks.hissWidth[t] = noise?.width ?? 3000;
  }
}

/** Moving mean over 2·radius + 1 frames, twice: the mouth cannot jump. */
function smooth(track: Float64Array, radius: number): void {
  for (let pass = 0; pass < 2; pass++) {
    const source = track.slice();
    const at = (i: number): number => source[Math.min(source.length - 1, Math.max(0, i))];
    let sum = 0;
    for (let i = -radius; i <= radius; i++) sum += at(i);
    for (let i = 0; i < track.length; i++) {
      track[i] = sum / (2 * radius + 1);
      sum += at(i + radius + 1) - at(i - radius);
    }
  }
}

function fadeOut({ frames, voice, hiss, breath }: Tracks): void {
  for (const track of [voice, hiss, breath]) {
    for (let i = 0; i < Math.min(6, frames); i++) {
      track[frames - 1 - i] *= i / 6;
      if (i < 3) track[i] *= (i + 1) / 4;
    }
  }
}

function pitchContour(f0: Float64Array, voice: Voice, style: EmotionStyle, rng: Rng): void {
  const semitones = voice.rangeSemitones * style.range;
  const base = voice.f0 * style.pitch * 2 ** (rng.normal(0, 0.7) / 12);
  const peakAt = rng.uniform(0.15, 0.5);
  const slope = style.slope + rng.normal(0, 1);
  const wobbleHz = rng.uniform(2, 4);
  const phase = rng.uniform(0, 2 * Math.PI);
  for (let i = 0; i < f0.length; i++) {
    const x = i / f0.length;
    const accent = Math.exp(-(((x - peakAt) / 0.22) ** 2));
    const wobble = 0.25 * Math.sin(2 * Math.PI * wobbleHz * i * trackStepSec + phase);
    f0[i] = base * 2 ** ((semitones * (accent - 0.4) + slope * (x - 0.5) + wobble) / 12);
  }
}
