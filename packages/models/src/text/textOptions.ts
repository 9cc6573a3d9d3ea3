import { describeFeatures } from "../core/features.js";
import { aList, aSwitch, aText, either, oneOf, passing } from "../core/options.js";
import type { Features } from "../core/types.js";
import type { AnalyserOptions } from "./analyse.js";
import { stripAccents, stripHtml } from "./characters.js";
import { englishStopWords } from "./stopWords.js";
import type { TokenRule } from "./tokenise.js";

/** How texts become n-grams. */
export interface AnalysisOptions {
  /** n-grams of words (default), of characters, or of characters within words. */
  analyzer?: "word" | "char" | "charWb";
  /** What a word is: "words" (default, scikit-learn's rule) or "expressive" (any length, inner apostrophes, ! and ?). */
  tokens?: TokenRule;
  /** Shortest and longest n-gram (default [1, 1]). */
  ngramRange?: readonly [number, number];
  /** Default true. */
  lowercase?: boolean;
  /** é → e (default false). */
  stripAccents?: boolean;
  /** Tags and entities go (default false). */
  stripHtml?: boolean;
  /** Words to skip: a list, "english", or none (default). */
  stopWords?: "english" | "none" | readonly string[];
}

const isRange = (v: unknown): boolean =>
  Array.isArray(v) && v.length === 2 && v.every((n) => Number.isInteger(n) && n >= 1) && v[0] <= v[1];

export const analysisReaders = {
  analyzer: oneOf(["word", "char", "charWb"], "word"),
  tokens: oneOf(["words", "expressive"], "words"),
  ngramRange: passing<readonly [number, number]>(
    [1, 1],
    isRange,
    "two whole numbers of at least 1, the first not above the second",
  ),
  lowercase: aSwitch(true),
  stripAccents: aSwitch(false),
  stripHtml: aSwitch(false),
  stopWords: either(oneOf(["none", "english"], "none"), aList(aText(""))),
};

type Analysis = { [K in keyof typeof analysisReaders]: ReturnType<(typeof analysisReaders)[K]> };

/** What an analyser needs, and what is done to a text before it. */
export function analysisOf(options: Analysis): { analyser: AnalyserOptions; prepare: (text: string) => string } {
  const { stopWords } = options;
  const words = Array.isArray(stopWords) ? stopWords : stopWords === "english" ? englishStopWords : [];
  return {
    analyser: { ...options, stopWords: new Set(words) },
    prepare(text) {
      let out = options.stripHtml ? stripHtml(text) : text;
      if (options.lowercase) out = out.toLowerCase();
      return options.stripAccents ? stripAccents(out) : out;
    },
  };
}

/** The texts. @throws TypeError naming the first that is none; RangeError for an empty list */
export function requireTexts(kind: string, x: Features): readonly string[] {
  if (!Array.isArray(x)) throw new TypeError(`${kind}: x must be a list of texts, got ${describeFeatures(x)}.`);
  const bad = x.findIndex((text) => typeof text !== "string");
  if (bad >= 0) throw new TypeError(`${kind}: x must hold texts, got ${String(x[bad])} at ${bad}.`);
  if (x.length === 0) throw new RangeError(`${kind}: at least one text is needed, got 0.`);
  return x;
}
