import { requireReferences } from "../check.js";
import { ngramCounts } from "./ngrams.js";
import { type Tokenizer, tokenize } from "./tokenize.js";

/** Options of {@link cider}. */
export interface CiderOptions {
  /** Default "words": lower case, letters, digits and apostrophes. */
  tokenizer?: Tokenizer;
  /** Width of the length penalty in words, default 6. */
  sigma?: number;
}

/** CIDEr-D of a set of captions. */
export interface Cider {
  /** Mean over images, 0 to 10. */
  score: number;
  perItem: Float64Array;
}

interface Vector {
  /** TF-IDF weight of each n-gram, by order. */
  weights: Map<string, number>[];
  norms: number[];
  /** Bigrams in the sentence: the length that the penalty compares. */
  length: number;
}

const ORDERS = 4;

/**
 * CIDEr-D: agreement of captions with what people wrote, n-grams weighted by how rare they are over the images.
 *
 * @param hypotheses one caption an image
 * @param references one or more captions for each image; n-gram rarity is counted on them
 * @throws RangeError if lengths differ, there is no image, or an image has no reference
 * Needs many images: with a single one every n-gram is as common as can be and the score is 0.
 * Source: Vedantam et al. 2015. Equals pycocoevalcap 1.2 `Cider` on the same tokens within 1e-9.
 */
export function cider(
  hypotheses: readonly string[],
  references: readonly (readonly string[])[],
  { tokenizer = "words", sigma = 6 }: CiderOptions = {},
): Cider {
  requireReferences("cider", hypotheses, references);
  const counts = references.map((list) => list.map((text) => ngramCounts(tokenize(text, tokenizer), ORDERS)));
  const rarity = inverseFrequency(counts);
  const perItem = Float64Array.from(hypotheses, (hypothesis, i) => {
    const candidate = weigh(ngramCounts(tokenize(hypothesis, tokenizer), ORDERS), rarity);
    const each = counts[i].map((reference) => similarity(candidate, weigh(reference, rarity), sigma));
    return (10 * each.reduce((sum, s) => sum + s, 0)) / each.length;
  });
  return { score: perItem.reduce((sum, s) => sum + s, 0) / perItem.length, perItem };
}

/** ln of images over images whose references hold the n-gram, at least one. */
function inverseFrequency(counts: Map<string, number>[][][]): (gram: string) => number {
  const holding = new Map<string, number>();
  for (const references of counts) {
    const grams = new Set(references.flatMap((reference) => reference.flatMap((order) => [...order.keys()])));
    for (const gram of grams) holding.set(gram, (holding.get(gram) ?? 0) + 1);
  }
  const images = Math.log(counts.length);
  return (gram) => images - Math.log(Math.max(1, holding.get(gram) ?? 0));
}

function weigh(counts: Map<string, number>[], rarity: (gram: string) => number): Vector {
  const weights = counts.map((order) => new Map([...order].map(([gram, count]) => [gram, count * rarity(gram)])));
  const norms = weights.map((order) => Math.sqrt([...order.values()].reduce((sum, w) => sum + w * w, 0)));
  return { weights, norms, length: [...counts[1].values()].reduce((sum, count) => sum + count, 0) };
}

/** Mean over orders of the cosine, the candidate's weights clipped to the reference's, with a penalty for length. */
function similarity(candidate: Vector, reference: Vector, sigma: number): number {
  const penalty = Math.exp(-((candidate.length - reference.length) ** 2) / (2 * sigma ** 2));
  let sum = 0;
  for (let n = 0; n < ORDERS; n++) {
    let dot = 0;
    for (const [gram, weight] of candidate.weights[n]) {
      const other = reference.weights[n].get(gram) ?? 0;
      dot += Math.min(weight, other) * other;
    }
    const norms = candidate.norms[n] * reference.norms[n];
    sum += norms > 0 ? dot / norms : dot;
  }
  return (sum / ORDERS) * penalty;
}
