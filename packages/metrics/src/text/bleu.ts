import { requireOneOf, requireReferences, requireWhole } from "../check.js";
import { ngramCounts } from "./ngrams.js";
import { type Tokenizer, tokenize, tokenizerNames } from "./tokenize.js";

/** Options of {@link bleu}. */
export interface BleuOptions {
  /** Longest n-gram: 1 to 4 for BLEU-1 to BLEU-4, default 4. */
  maxN?: number;
  /** "13a" (default, as sacrebleu), "words", "none" or your own. */
  tokenizer?: Tokenizer;
  /** What an n-gram order without a match counts: 1/2, 1/4, … of one ("exp", default), or nothing ("none"). */
  smoothing?: "exp" | "none";
  /** Compare without case, default false. */
  lowercase?: boolean;
}

/** BLEU and what it is made of. */
export interface Bleu {
  /** In [0, 1]; sacrebleu prints 100 times as much. */
  score: number;
  /** Share of n-grams found in a reference, n = 1 … maxN. */
  precisions: number[];
  /** 1, or less where the hypotheses are shorter than the references. */
  brevityPenalty: number;
  hypothesisLength: number;
  referenceLength: number;
}

/** What BLEU is made of, summed over sentences. */
export interface BleuCounts {
  matches: Float64Array;
  totals: Float64Array;
  hypothesisLength: number;
  referenceLength: number;
}

/**
 * Corpus BLEU: geometric mean of n-gram precisions, matches summed over all sentences, times a brevity penalty.
 *
 * @param hypotheses one text a sentence
 * @param references one or more texts for each sentence
 * @throws RangeError if lengths differ, there is no sentence, a sentence has no reference, or maxN is not in [1, 9]; TypeError of what is no list of texts
 * Source: Papineni et al. 2002; Post 2018. Equals sacrebleu 2.6 `corpus_bleu(...).score / 100` within 1e-12.
 */
export function bleu(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  options: BleuOptions = {},
): Bleu {
  checkBleu("bleu", options);
  requireReferences("bleu", hypotheses, references);
  const counts = emptyBleu(options);
  hypotheses.forEach((hypothesis, i) => {
    addBleu(counts, hypothesis, references[i], options);
  });
  return bleuOf(counts, options);
}

export function checkBleu(fn: string, { maxN = 4, tokenizer = "13a", smoothing = "exp" }: BleuOptions): void {
  requireWhole(fn, "maxN", maxN, 1, 9);
  if (typeof tokenizer !== "function") requireOneOf(fn, "tokenizer", tokenizer, tokenizerNames);
  requireOneOf(fn, "smoothing", smoothing, ["exp", "none"]);
}

export const emptyBleu = ({ maxN = 4 }: BleuOptions): BleuCounts => ({
  matches: new Float64Array(maxN),
  totals: new Float64Array(maxN),
  hypothesisLength: 0,
  referenceLength: 0,
});

/** Adds one sentence: each n-gram matches as often as the reference that has it most. */
export function addBleu(
  counts: BleuCounts,
  hypothesis: string,
  references: readonly string[],
  options: BleuOptions,
): void {
  const { maxN = 4, tokenizer = "13a", lowercase = false } = options;
  const split = (text: string) => tokenize(lowercase ? text.toLowerCase() : text, tokenizer);
  const tokens = split(hypothesis);
  const others = references.map(split);
  const allowed = others.map((other) => ngramCounts(other, maxN));
  ngramCounts(tokens, maxN).forEach((grams, n) => {
    for (const [gram, count] of grams) {
      counts.totals[n] += count;
      counts.matches[n] += Math.min(count, Math.max(...allowed.map((reference) => reference[n].get(gram) ?? 0)));
    }
  });
  counts.hypothesisLength += tokens.length;
  counts.referenceLength += closest(tokens.length, others);
}

export function bleuOf(counts: BleuCounts, { maxN = 4, smoothing = "exp" }: BleuOptions): Bleu {
  const { matches, totals, hypothesisLength, referenceLength } = counts;
  const precisions: number[] = [];
  const anyMatch = matches.some((match) => match > 0);
  let smooth = 1;
  for (let n = 0; n < maxN && anyMatch; n++) {
    if (totals[n] === 0) break;
    if (matches[n] === 0 && smoothing === "exp") smooth *= 2;
    precisions.push(matches[n] > 0 ? matches[n] / totals[n] : smoothing === "exp" ? 1 / (smooth * totals[n]) : 0);
  }
  while (precisions.length < maxN) precisions.push(0);
  const brevityPenalty =
    hypothesisLength === 0
      ? 0
      : hypothesisLength < referenceLength
        ? Math.exp(1 - referenceLength / hypothesisLength)
        : 1;
  const mean = precisions.reduce((sum, p) => sum + Math.log(p), 0) / maxN;
  return {
    score: anyMatch ? brevityPenalty * Math.exp(mean) : 0,
    precisions,
    brevityPenalty,
    hypothesisLength,
    referenceLength,
  };
}

/** Length of the reference closest in length, of two equally close the shorter. */
function closest(length: number, references: readonly string[][]): number {
  return references
    .map((reference) => reference.length)
    .reduce((best, n) => {
      const [a, b] = [Math.abs(n - length), Math.abs(best - length)];
      return a < b || (a === b && n < best) ? n : best;
    });
}
