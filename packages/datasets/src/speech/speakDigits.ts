import { createRng, type Rng } from "@earshot/dsp";
import type { AudioClip } from "../decode/clip.js";
import { emotionStyles, type SyntheticEmotion, syntheticEmotions } from "./emotions.js";
import { synthesizeTracks } from "./formantSynthesis.js";
import { hear } from "./microphone.js";
import { digitSounds } from "./phonemes.js";
import { placeInRoom, type Room, varyRoom } from "./room.js";
import { layTracks } from "./tracks.js";
import { drawVoice, type Voice } from "./voice.js";

/** Options of {@link speakDigits}. */
export interface SpeakDigitsOptions {
  /** Who speaks (default: the first voice of seed 0). */
  voice?: Voice;
  /** How (default "neutral"). */
  emotion?: SyntheticEmotion;
  /** Where (default: the voice's own room, with a little variation). */
  room?: Room;
  /** Hz, in [8000, 48000]. */
  sampleRate: number;
  /** Seed of everything that varies from take to take. */
  seed: number;
}

/**
 * Says digits with a formant synthesiser.
 *
 * @param digits one or more of 0–9, such as "7" or "2024"
 * @returns 0.3–1 s a digit, with 20–150 ms of room before and after
 * @throws RangeError if there is anything but digits, or the rate is out of range
 */
export function speakDigits(
  digits: string,
  { voice = defaultVoice(), emotion = "neutral", room, sampleRate, seed }: SpeakDigitsOptions,
): AudioClip {
  if (!/^[0-9]+$/.test(digits))
    throw new RangeError(`speakDigits: digits must be 0 to 9, got ${JSON.stringify(digits)}.`);
  requireSpeechRate("speakDigits", sampleRate);
  const style = emotionStyles[emotion];
  if (!style) {
    throw new RangeError(
      `speakDigits: emotion must be one of ${syntheticEmotions.join(", ")}, got ${JSON.stringify(emotion)}.`,
    );
  }
  const rng = createRng(seed);
  const place = room ?? varyRoom(voice.room, rng);
  const words = [...digits].map((digit) => {
    const tracks = layTracks(digitSounds[Number(digit)], voice, style, rng);
    const quality = {
      openQuotient: voice.openQuotient,
      tiltDb: Math.max(0, voice.tiltDb + style.tiltDb),
      breathiness: voice.breathiness + style.breath,
      jitter: voice.jitter * style.jitter,
      shimmer: voice.shimmer * Math.sqrt(style.jitter),
    };
    return synthesizeTracks(tracks, quality, sampleRate, rng);
  });
  const dry = join(words, sampleRate, rng);
  const samples = placeInRoom(dry, louder(place, style.energyDb), sampleRate, rng);
  return { samples: voice.microphone ? hear(samples, voice.microphone, sampleRate) : samples, sampleRate };
}

/** Louder speech stands further above the room's noise, and fills more of the scale. */
const louder = (room: Room, energyDb: number): Room => ({
  ...room,
  snrDb: room.snrDb + energyDb,
  peakDb: Math.min(-0.5, room.peakDb + energyDb),
});

function join(words: Float32Array[], sampleRate: number, rng: Rng): Float32Array {
  const gap = (low: number, high: number): number => Math.round(rng.uniform(low, high) * sampleRate);
  const starts: number[] = [];
  let at = gap(0.02, 0.15);
  for (const word of words) {
    starts.push(at);
    at += word.length + gap(0.04, 0.12);
  }
  const out = new Float32Array(at + gap(0, 0.05));
  words.forEach((word, i) => {
    out.set(word, starts[i]);
  });
  return out;
}

/** @throws RangeError if the rate is not one at which speech can be made */
export function requireSpeechRate(fn: string, sampleRate: number): void {
  if (!(sampleRate >= 8000 && sampleRate <= 48000)) {
    throw new RangeError(`${fn}: sampleRate must be in [8000, 48000], got ${sampleRate}.`);
  }
}

const defaultVoice = (): Voice => drawVoice(0, createRng(0));
