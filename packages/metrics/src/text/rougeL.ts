import { requireInRange, requireReferences } from "../check.js";
import { type Tokenizer, tokenize } from "./tokenize.js";

/** Options of {@link rougeL}. */
export interface RougeLOptions {
  /** How many times as much recall counts as precision, ≥ 0; default 1 as rouge-score, 1.2 in COCO captions. */
  beta?: number;
  /** Default: lower case, runs of a to z and digits, as rouge-score. */
  tokenizer?: Tokenizer;
}

/** ROUGE-L: how much of two texts lies in one common order. */
export interface RougeL {
  /** Longest common subsequence over the hypothesis' length. */
  precision: number;
  /** Longest common subsequence over the reference's length. */
  recall: number;
  fScore: number;
}

const rougeTokens = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/**
 * ROUGE-L: how much of a reference the hypothesis has in the same order, mean over sentences; of several references the
 * one with the highest F-score counts.
 *
 * @param hypotheses one text a sentence
 * @param references one or more texts for each sentence
 * @throws RangeError if lengths differ, there is no sentence, a sentence has no reference, or beta is negative
 * Source: Lin 2004. Equals rouge-score 0.1.2 `rougeL` (no stemming) within 1e-12.
 */
export function rougeL(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  { beta = 1, tokenizer = rougeTokens }: RougeLOptions = {},
): RougeL {
  requireReferences("rougeL", hypotheses, references);
  requireInRange("rougeL", "beta", beta, 0, Number.MAX_VALUE);
  const sum = { precision: 0, recall: 0, fScore: 0 };
  hypotheses.forEach((hypothesis, i) => {
    const tokens = tokenize(hypothesis, tokenizer);
    const best = references[i]
      .map((reference) => sentenceScore(tokens, tokenize(reference, tokenizer), beta))
      .reduce((a, b) => (b.fScore > a.fScore ? b : a));
    sum.precision += best.precision / hypotheses.length;
    sum.recall += best.recall / hypotheses.length;
    sum.fScore += best.fScore / hypotheses.length;
  });
  return sum;
}

function sentenceScore(hypothesis: string[], reference: string[], beta: number): RougeL {
  const common = longestCommonSubsequence(hypothesis, reference);
  if (common === 0) return { precision: 0, recall: 0, fScore: 0 };
  const precision = common / hypothesis.length;
  const recall = common / reference.length;
  return { precision, recall, fScore: ((1 + beta ** 2) * precision * recall) / (recall + beta ** 2 * precision) };
}

/** Length of the longest sequence that both hold in order, gaps allowed. */
function longestCommonSubsequence(a: ArrayLike<unknown>, b: ArrayLike<unknown>): number {
  const row = new Uint32Array(b.length + 1);
  for (let i = 0; i < a.length; i++) {
    let diagonal = 0;
    for (let j = 1; j <= b.length; j++) {
      const above = row[j];
      row[j] = a[i] === b[j - 1] ? diagonal + 1 : Math.max(above, row[j - 1]);
      diagonal = above;
    }
  }
  return row[b.length];
}
