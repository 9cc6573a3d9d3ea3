import type { Rng } from "@earshot/dsp";
import { drawMicrophone, type Microphone } from "./microphone.js";
import { type PhonemeName, phonemes } from "./phonemes.js";
import { drawRoom, type Room } from "./room.js";

/** What makes one speaker sound unlike the next. */
export interface Voice {
  /** "s01", "s02" … */
  id: string;
  kind: "man" | "woman" | "child";
  /** Median pitch, Hz. */
  f0: number;
  /** How far the pitch moves, semitones. */
  rangeSemitones: number;
  /** Length of the vocal tract as a factor on all resonances: 1 for an average man, higher for shorter throats. */
  formantScale: number;
  /** Fourth and fifth resonance, Hz, before the factor. */
  upperFormants: readonly [number, number];
  /** Own way to say each sound: factors on the first two resonances. */
  accent: Readonly<Record<PhonemeName, readonly [number, number]>>;
  /** Speaking rate; 1 is average. */
  rate: number;
  /** Share of a pitch period in which the glottis is open. */
  openQuotient: number;
  /** Damping of the voice's high partials, dB at 3 kHz. */
  tiltDb: number;
  /** Breath mixed into the voice, 0–1. */
  breathiness: number;
  /** Irregularity of pitch and of loudness from period to period, relative. */
  jitter: number;
  shimmer: number;
  /** Strength of hissing sounds against the voice. */
  hissGain: number;
  /** Where this speaker is usually recorded. */
  room: Room;
  /** With what (default: with what changes nothing). */
  microphone?: Microphone;
}

/**
 * How unlike each other voices and their recordings are: "plain" speakers sit before good microphones; "wide" ones are hoarser, breathier,
 * lisp or hiss more, sit in noisier rooms, and have all kinds of microphones.
 */
export type VoiceVariety = "plain" | "wide";

const kinds = {
  man: { f0: [85, 140], scale: [0.94, 1.06] },
  woman: { f0: [165, 240], scale: [1.1, 1.22] },
  child: { f0: [235, 320], scale: [1.25, 1.4] },
} as const;

/**
 * Draws a speaker: half are men, two in five women, one in ten is a child.
 *
 * @param options.variety "plain" (default) or "wide"; the same seed draws the same throats for both
 */
export function drawVoice(index: number, rng: Rng, { variety = "plain" }: { variety?: VoiceVariety } = {}): Voice {
  const kind = index % 2 === 0 ? "man" : index % 10 === 9 ? "child" : "woman";
  const { f0, scale } = kinds[kind];
  const names = Object.keys(phonemes) as PhonemeName[];
  const voice: Voice = {
    id: `s${String(index + 1).padStart(2, "0")}`,
    kind,
    f0: rng.uniform(f0[0], f0[1]),
    rangeSemitones: rng.uniform(2, 6),
    formantScale: rng.uniform(scale[0], scale[1]),
    upperFormants: [rng.uniform(3250, 3750), rng.uniform(4150, 4700)],
    accent: Object.fromEntries(
      names.map((name) => [name, [1 + rng.normal(0, 0.06), 1 + rng.normal(0, 0.05)] as const]),
    ) as Voice["accent"],
    rate: rng.uniform(0.82, 1.25),
    openQuotient: rng.uniform(0.45, 0.75),
    tiltDb: rng.uniform(0, 7),
    breathiness: rng.uniform(0.01, 0.12),
    jitter: rng.uniform(0.004, 0.015),
    shimmer: rng.uniform(0.02, 0.08),
    hissGain: rng.uniform(0.6, 1.5),
    room: drawRoom(rng),
  };
  if (variety === "plain") return voice;
  return {
    ...voice,
    tiltDb: rng.uniform(0, 12),
    breathiness: rng.uniform(0.01, 0.2),
    hissGain: 0.4 * (2.2 / 0.4) ** rng.next(),
    room: { ...voice.room, snrDb: rng.uniform(12, 45), wetDb: rng.uniform(-30, -8) },
    microphone: drawMicrophone(rng),
  };
}
