import { requireWhole } from "../images/image.js";

/** Words of a caption: lower case, letters, digits and apostrophes, as captions are scored. */
export const captionWords = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}\p{M}']+/gu) ?? [];

/** Number of the sign that a caption begins and ends with, and of all words that are too rare. */
export const END = 0;
export const UNKNOWN = 1;

/** The words that captions are written in, by number. */
export interface Vocabulary {
  /** "<end>", "<unknown>", then words, the most frequent first. */
  readonly words: readonly string[];
  /** @returns numbers of a caption's words, without the end */
  encode(caption: string): number[];
  decode(codes: readonly number[]): string;
}

/**
 * The words of captions that are frequent enough to be learned.
 *
 * @param options.minCount how often a word must occur (default 4)
 * @throws RangeError if no word is frequent enough
 */
export function createVocabulary(captions: Iterable<string>, { minCount = 4 }: { minCount?: number } = {}): Vocabulary {
  requireWhole("createVocabulary", "minCount", minCount, 1, 1e6);
  const counts = new Map<string, number>();
  for (const caption of captions)
    for (const word of captionWords(caption)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const kept = [...counts].filter(([, n]) => n >= minCount);
  if (kept.length === 0) {
    throw new RangeError(`createVocabulary: no word occurs ${minCount} times; lower minCount, or give more captions.`);
  }
  // Equally frequent words in the order of the alphabet: the same captions in any order give the same numbers.
  kept.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return vocabularyOf(["<end>", "<unknown>", ...kept.map(([word]) => word)]);
}

/** A vocabulary as it was stored. */
export function vocabularyOf(words: readonly string[]): Vocabulary {
  const numbers = new Map(words.map((word, i) => [word, i]));
  return {
    words,
    encode: (caption) => captionWords(caption).map((word) => numbers.get(word) ?? UNKNOWN),
    decode: (codes) =>
      codes
        .filter((code) => code !== END)
        .map((code) => words[code])
        .join(" "),
  };
}
