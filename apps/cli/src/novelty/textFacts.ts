import type { Classifier, Estimator } from "@earshot/models";
import type { Vectorizer } from "@earshot/models/text";

/** What a text is like, whatever it says. */
export interface TextFacts {
  characters: number;
  /** Words and n-grams of the model's vocabulary, by every 100 characters. */
  knownPer100: number;
}

/** Measures texts by the vocabulary of the model's vectorizer; without one every text counts as known. */
export function measureText(texts: readonly string[], model: Classifier): TextFacts[] {
  const vectorizer = (model as { steps?: readonly Estimator[] }).steps?.[0];
  const rows = vectorizer && "vocabulary" in vectorizer ? (vectorizer as Vectorizer).transform(texts) : undefined;
  return texts.map((text, i) => {
    const known = rows ? rows.indptr[i + 1] - rows.indptr[i] : text.length;
    return { characters: text.length, knownPer100: text.length > 0 ? (100 * known) / text.length : 0 };
  });
}
