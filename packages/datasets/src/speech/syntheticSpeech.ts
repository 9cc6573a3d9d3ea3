import { createRng } from "@earshot/dsp";
import { requireOneOf } from "../corpora/assemble.js";
import type { Corpus, CorpusInfo, Item } from "../corpora/types.js";
import { mixSeed } from "../splits/stratifiedSplit.js";
import { type SyntheticEmotion, syntheticEmotions } from "./emotions.js";
import { requireSpeechRate, speakDigits } from "./speakDigits.js";
import { drawVoice, type Voice, type VoiceVariety } from "./voice.js";

export const syntheticSpeechInfo: CorpusInfo = {
  name: "syntheticSpeech",
  title: "synthetic spoken digits of parametric speakers",
  licence: "MIT, as Earshot itself",
  citation: "made by @earshot/datasets, syntheticSpeech",
  url: "https://www.npmjs.com/package/@earshot/datasets",
  groupKey: "speaker",
};

/** Options of {@link syntheticSpeech}. */
export interface SyntheticSpeechOptions {
  /** Seed of speakers and takes (default 0). */
  seed?: number;
  /** Number of speakers, 1–1000 (default 20): half of them men. */
  speakers?: number;
  /** Recordings of each digit, speaker and emotion, 1–1000 (default 2). */
  takes?: number;
  /** What is to be told apart (default "digit"). */
  label?: "digit" | "speaker" | "emotion";
  /** Digits said (default all ten). */
  digits?: readonly number[];
  /** Feelings spoken with (default neutral alone; all six when the label is "emotion"). */
  emotions?: readonly SyntheticEmotion[];
  /** How unlike each other the speakers are: "plain" (default), or "wide" for training that meets real people: more voice qualities, rooms and microphones. */
  variety?: VoiceVariety;
  /** Hz, in [8000, 48000] (default 16000). */
  sampleRate?: number;
}

/**
 * A corpus without files: digits 0–9 spoken by parametric speakers who differ in pitch, vocal tract, accent, rate and voice quality; takes differ in
 * length, melody, loudness, room and noise. The group is the speaker.
 *
 * Clips are made when loaded, about 1 ms each; the same options give the same samples every time.
 *
 * @returns speakers × digits × emotions × takes items, such as "s03_7_happy_1"
 * @throws RangeError if an option is out of range
 */
export function syntheticSpeech({
  seed = 0,
  speakers = 20,
  takes = 2,
  label = "digit",
  digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  emotions = label === "emotion" ? syntheticEmotions : ["neutral"],
  variety = "plain",
  sampleRate = 16000,
}: SyntheticSpeechOptions = {}): Corpus {
  const fn = "syntheticSpeech";
  requireOneOf(fn, "label", label, ["digit", "speaker", "emotion"]);
  requireOneOf(fn, "variety", variety, ["plain", "wide"]);
  requireCount("speakers", speakers);
  requireCount("takes", takes);
  requireSpeechRate(fn, sampleRate);
  const badDigit = digits.find((d) => !Number.isInteger(d) || d < 0 || d > 9);
  if (badDigit !== undefined) throw new RangeError(`${fn}: digits must be whole numbers 0 to 9, got ${badDigit}.`);
  for (const emotion of emotions) requireOneOf(fn, "emotions", emotion, syntheticEmotions);

  const rng = createRng(seed);
  const voices = Array.from({ length: speakers }, (_, i) => drawVoice(i, rng.fork(), { variety }));
  const items = voices.flatMap((voice) =>
    digits.flatMap((digit) =>
      emotions.flatMap((emotion) =>
        Array.from({ length: takes }, (_, take) => makeItem(voice, digit, emotion, take, { seed, label, sampleRate })),
      ),
    ),
  );
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  const classes =
    label === "digit" ? [...digits].sort().map(String) : label === "speaker" ? voices.map((v) => v.id) : [...emotions];
  return { ...syntheticSpeechInfo, items, classes };
}

function makeItem(
  voice: Voice,
  digit: number,
  emotion: SyntheticEmotion,
  take: number,
  { seed, label, sampleRate }: Required<Pick<SyntheticSpeechOptions, "seed" | "label" | "sampleRate">>,
): Item {
  const id = `${voice.id}_${digit}_${emotion}_${take}`;
  return {
    id,
    label: { digit: String(digit), speaker: voice.id, emotion }[label],
    group: voice.id,
    attributes: { digit: String(digit), speaker: voice.id, emotion, take, gender: voice.kind },
    load: async () => speakDigits(String(digit), { voice, emotion, sampleRate, seed: mixSeed(seed, id) }),
  };
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1 || value > 1000) {
    throw new RangeError(`syntheticSpeech: ${name} must be a whole number in [1, 1000], got ${value}.`);
  }
}
