import type { Estimator, Matrix } from "../core/types.js";
import type { NaiveBayesWeights } from "./naiveBayesWeights.js";
import type { Vectorizer } from "./vectorizer.js";

/** An n-gram and what it adds to the score of a class. */
export interface NgramWeight {
  ngram: string;
  /** Positive: speaks for the class. Of two classes, the score is the log-odds of the second. */
  weight: number;
}

interface TextModel {
  vectorizer: Vectorizer;
  /** One row a score, one column an n-gram. */
  weights: Matrix;
  classes: readonly string[];
}

/**
 * What each n-gram of a text adds to the score of each class.
 *
 * @param model a pipeline of a vectorizer, `naiveBayesWeights` or not, and a linear classifier
 * @param options.top so many for each class, strongest first, for and against (default 20)
 * @throws TypeError if the model is none of that kind
 */
export function explainText(
  model: { steps: readonly Estimator[] },
  text: string,
  { top = 20 } = {},
): Record<string, NgramWeight[]> {
  const { vectorizer, weights, classes } = textModel("explainText", model);
  const { indices, values } = vectorizer.transform([text]);
  return perClass(classes, weights, (row) =>
    strongest(
      Array.from(indices, (col, k) => ({
        ngram: vectorizer.vocabulary[col],
        weight: values[k] * weights.data[row * weights.cols + col],
      })),
      top,
    ),
  );
}

/** The n-grams that decide: those with the largest weights for and against each class, as {@link explainText}. */
export function decidingNgrams(
  model: { steps: readonly Estimator[] },
  { top = 20 } = {},
): Record<string, NgramWeight[]> {
  const { vectorizer, weights, classes } = textModel("decidingNgrams", model);
  return perClass(classes, weights, (row) => {
    const own = weights.data.subarray(row * weights.cols, (row + 1) * weights.cols);
    const order = Array.from(own.keys()).sort((a, b) => own[a] - own[b]);
    const ends = [...new Set([...order.slice(0, top), ...order.slice(-top)])];
    return strongest(
      ends.map((col) => ({ ngram: vectorizer.vocabulary[col], weight: own[col] })),
      2 * top,
    );
  });
}

/** Two classes share one row of weights: what speaks for one speaks against the other. */
function perClass(classes: readonly string[], weights: Matrix, explain: (row: number) => NgramWeight[]) {
  if (weights.rows > 1) return Object.fromEntries(classes.map((label, row) => [label, explain(row)]));
  const second = explain(0);
  return {
    [classes[0]]: second.map(({ ngram, weight }) => ({ ngram, weight: -weight })),
    [classes[1]]: second,
  };
}

const strongest = (list: NgramWeight[], top: number): NgramWeight[] =>
  list.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || (a.ngram < b.ngram ? -1 : 1)).slice(0, top);

function textModel(fn: string, { steps }: { steps: readonly Estimator[] }): TextModel {
  const vectorizer = steps[0];
  const linear = steps[steps.length - 1];
  const between = steps.slice(1, -1);
  if (
    !("vocabulary" in vectorizer) ||
    !("coef" in linear) ||
    between.some((step) => step.kind !== "naiveBayesWeights")
  ) {
    throw new TypeError(
      `${fn}: the model must be a pipeline of a vectorizer, perhaps naiveBayesWeights, and a linear classifier; got ${steps.map((s) => s.kind).join(", ")}.`,
    );
  }
  const { coef, classes } = linear as Estimator & { coef: Matrix; classes: readonly string[] };
  let data = coef.data;
  for (const step of between as NaiveBayesWeights[]) data = data.map((v, i) => v * step.ratios[i % coef.cols]);
  return { vectorizer: vectorizer as Vectorizer, weights: { ...coef, data }, classes };
}
