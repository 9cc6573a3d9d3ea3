import { createRng } from "@earshot/dsp";
import type { Corpus, CorpusInfo, Item } from "../corpora/types.js";
import { decodeWav } from "../decode/wav.js";
import { runEspeak } from "../spoof/espeak.js";

const espeakDigitsInfo: CorpusInfo = {
  name: "espeakDigits",
  title: "digits spoken by espeak-ng",
  licence: "free: sound made by espeak-ng is its user's",
  citation: "made by espeak-ng, https://github.com/espeak-ng/espeak-ng",
  url: "https://github.com/espeak-ng/espeak-ng",
  groupKey: "speaker",
};

const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
const accents = ["en-us", "en-gb", "en-gb-x-rp", "en-gb-scotland", "en-029", "en-us-nyc", "en-gb-x-gbclan"];
const throats = [
  "",
  "m1",
  "m2",
  "m3",
  "m4",
  "m5",
  "m6",
  "m7",
  "f1",
  "f2",
  "f3",
  "f4",
  "f5",
  "klatt",
  "klatt2",
  "croak",
];

/** Options of {@link espeakDigits}. */
export interface EspeakDigitsOptions {
  /** Made-up speakers, each with an accent, a throat, a pitch and a rate (default 50). */
  speakers?: number;
  /** Takes of each digit by each speaker, which differ in pitch and rate (default 1). */
  takes?: number;
  seed?: number;
  /** Name or path of espeak-ng (default "espeak-ng", or `$EARSHOT_ESPEAK`). */
  command?: string;
}

/**
 * English digits by voices of espeak-ng, a formant synthesiser: speakers to train on beside real ones. Clips are made when loaded, about 40 ms each.
 *
 * @returns speakers × 10 × takes items; loading one rejects where espeak-ng is not installed
 */
export function espeakDigits({ speakers = 50, takes = 1, seed = 0, command }: EspeakDigitsOptions = {}): Corpus {
  const rng = createRng(seed);
  const items: Item[] = [];
  for (let s = 0; s < speakers; s++) {
    const own = rng.fork();
    const throat = throats[own.integer(0, throats.length - 1)];
    const voice = `${accents[own.integer(0, accents.length - 1)]}${throat && `+${throat}`}`;
    const [pitch, rate] = [own.integer(15, 85), own.integer(120, 230)];
    const speaker = `e${String(s + 1).padStart(3, "0")}`;
    for (const [digit, word] of words.entries()) {
      for (let take = 0; take < takes; take++) {
        const settings = [
          ...["-v", voice, "-p", String(Math.max(0, pitch + own.integer(-8, 8)))],
          ...["-s", String(rate + own.integer(-20, 20)), "--stdout", "--stdin"],
        ];
        items.push({
          id: `${speaker}_${digit}_${take}`,
          label: String(digit),
          group: speaker,
          attributes: { digit: String(digit), speaker, take },
          load: async () => decodeWav(await runEspeak(settings, word, command), { truncated: "keep" }),
        });
      }
    }
  }
  return { ...espeakDigitsInfo, items, classes: words.map((_, i) => String(i)) };
}
