import type { Estimator } from "@earshot/models";
import { decidingNgrams, type NgramWeight } from "@earshot/models/text";
import { featureImportance } from "@earshot/plots";
import type { RunFigure } from "./figures.js";
import { type Html, html } from "./html.js";
import { type DrawnFigure, picture } from "./sections.js";

/** `words.json`: the n-grams with the largest weights for a class (of two, the second) and against it. */
export interface DecidingWords {
  label: string;
  words: NgramWeight[];
}

/** n-grams told, for and against together. */
const told = 40;

/** What decides in a model of texts; undefined for other models. */
export function decidingWords(model: Estimator): DecidingWords | undefined {
  if (!("steps" in model)) return undefined;
  const steps = model.steps as readonly Estimator[];
  if (!/^(count|tfidf)Vectorizer$/.test(steps[0]?.kind ?? "")) return undefined;
  try {
    const classes = decidingNgrams({ steps }, { top: told / 2 });
    const label = Object.keys(classes).at(-1) as string;
    return { label, words: classes[label] };
  } catch (error) {
    // What is not linear has no weights to tell.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The weights as bars. */
export function wordsFigure({ label, words }: DecidingWords): RunFigure {
  return {
    name: "words",
    alt: `Words with the largest weights for and against "${label}"`,
    spec: (theme) =>
      featureImportance(
        words.map(({ ngram, weight }) => ({ name: ngram, value: weight })),
        { theme, metric: `Weight for "${label}"`, most: told },
      ),
  };
}

export function wordsSection(words: DecidingWords | undefined, figure: DrawnFigure | undefined): Html | undefined {
  if (!words) return undefined;
  const list = (sign: 1 | -1): string =>
    words.words
      .filter(({ weight }) => Math.sign(weight) === sign)
      .map(({ ngram }) => ngram)
      .join(" · ");
  return html`<h2>The words that decide</h2><div class="columns">${picture(figure, "Weights of the final model; earshot predict tells those of a single text.")}<div><p><strong>For "${words.label}"</strong><br>${list(1)}</p><p><strong>Against it</strong><br>${list(-1)}</p></div></div>`;
}
