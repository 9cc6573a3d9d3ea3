import { requireItems } from "../check.js";
import { addBleu, type Bleu, type BleuCounts, type BleuOptions, bleuOf, checkBleu, emptyBleu } from "../text/bleu.js";
import { type EditCounts, type ErrorRate, editCounts, rateOf } from "../text/editDistance.js";
import type { Accumulator } from "./accumulators.js";

/** Word or character errors of texts that come one after another. */
export interface ErrorRateAccumulator
  extends Accumulator<[reference: ArrayLike<unknown>, hypothesis: ArrayLike<unknown>], ErrorRate> {}

/** Word, character or any token error rate over sequences as they come: arrays of words, or strings by code point. */
export function errorRateAccumulator(): ErrorRateAccumulator {
  const sum: EditCounts = { hits: 0, substitutions: 0, deletions: 0, insertions: 0 };
  const count = (more: EditCounts): void => {
    for (const key of Object.keys(sum) as (keyof EditCounts)[]) sum[key] += more[key];
  };
  return {
    add(reference, hypothesis) {
      count(editCounts(reference, hypothesis));
      return this;
    },
    merge(other) {
      count(other.result());
      return this;
    },
    result: () => ({ ...sum, rate: rateOf(sum) }),
  };
}

/** BLEU of sentences that come one after another. */
export interface BleuAccumulator extends Accumulator<[hypothesis: string, references: readonly string[]], Bleu> {
  /** Matches and lengths so far: enough to merge. */
  counts(): BleuCounts;
}

/**
 * Corpus BLEU over sentences as they come; equals `bleu` on all of them.
 *
 * @throws RangeError if an option is out of range; on add if a sentence has no reference
 */
export function bleuAccumulator(options: BleuOptions = {}): BleuAccumulator {
  checkBleu("bleuAccumulator", options);
  const sum = emptyBleu(options);
  return {
    add(hypothesis, references) {
      requireItems("bleuAccumulator", "references", references.length);
      addBleu(sum, hypothesis, references, options);
      return this;
    },
    merge(other) {
      const theirs = other.counts();
      if (theirs.matches.length !== sum.matches.length) {
        throw new RangeError(
          `bleuAccumulator: merge needs the same maxN, got ${sum.matches.length} and ${theirs.matches.length}.`,
        );
      }
      for (let n = 0; n < sum.matches.length; n++) {
        sum.matches[n] += theirs.matches[n];
        sum.totals[n] += theirs.totals[n];
      }
      sum.hypothesisLength += theirs.hypothesisLength;
      sum.referenceLength += theirs.referenceLength;
      return this;
    },
    result: () => bleuOf(sum, options),
    counts: () => ({ ...sum, matches: sum.matches.slice(), totals: sum.totals.slice() }),
  };
}
