import { aNumber, aSwitch, aWhole, maybe, oneOf, readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { FitOptions, ModelKind, ModelState, SparseMatrix, StateValue, Transformer } from "../core/types.js";
import { countNgrams } from "./countNgrams.js";
import { type AnalysisOptions, analysisOf, analysisReaders, requireTexts } from "./textOptions.js";
import { inverseDocumentFrequency, weighCounts } from "./tfidf.js";
import { createVocabularyCounter, type VocabularyCounter } from "./vocabularyIndex.js";

/** Options of {@link countVectorizer}. */
export interface CountVectorizerOptions extends AnalysisOptions {
  /** In at least so many texts; below 1, a share of them (default 1). */
  minDf?: number;
  /** In at most so many texts; up to 1, a share of them (default 1: all). */
  maxDf?: number;
  /** The most frequent ones alone (default: all). Of equally frequent ones the first in order. */
  maxFeatures?: number;
  /** Counts become 0 or 1 (default false). */
  binary?: boolean;
}

/** Options of {@link tfidfVectorizer}. */
export interface TfidfVectorizerOptions extends CountVectorizerOptions {
  /** 1 + ln(count) in place of counts (default false). */
  sublinearTf?: boolean;
  /** Length that each row is brought to (default "l2"). */
  norm?: "l2" | "l1" | "none";
  /** Weighs n-grams by their rarity (default true). */
  useIdf?: boolean;
  /** As if one more text held every n-gram (default true). */
  smoothIdf?: boolean;
}

/** Texts to sparse rows. */
export interface Vectorizer extends Transformer<readonly string[], SparseMatrix> {
  fit(x: readonly string[], y?: readonly string[], options?: FitOptions): this;
  transform(x: readonly string[]): SparseMatrix;
  /** `fit` and `transform` of the same texts for the price of one. */
  fitTransform(x: readonly string[]): SparseMatrix;
  /** n-gram of each column. */
  readonly vocabulary: readonly string[];
  getState(): ModelState;
}

interface Learned {
  vocabulary: readonly string[];
  idf?: Float64Array;
  count: VocabularyCounter;
}

const countReaders = {
  ...analysisReaders,
  minDf: aNumber(1, { min: 0 }),
  maxDf: aNumber(1, { above: 0 }),
  maxFeatures: maybe(aWhole(1, { min: 1 })),
  binary: aSwitch(false),
};

const tfidfReaders = {
  ...countReaders,
  sublinearTf: aSwitch(false),
  norm: oneOf(["l2", "l1", "none"], "l2"),
  useIdf: aSwitch(true),
  smoothIdf: aSwitch(true),
};

type Weighting = { sublinearTf: boolean; norm: "l2" | "l1" | "none"; useIdf: boolean; smoothIdf: boolean };
const countWeighting: Weighting = { sublinearTf: false, norm: "none", useIdf: false, smoothIdf: true };

/**
 * Counts n-grams in texts.
 *
 * @throws TypeError unless x is a list of texts; RangeError where no n-gram is left
 * Equals scikit-learn 1.9 `CountVectorizer` (golden tests), except that ties at `maxFeatures` go by order.
 */
export function countVectorizer(options?: CountVectorizerOptions): Vectorizer {
  return build("countVectorizer", readOptions("countVectorizer", options, countReaders), countWeighting);
}

/**
 * Weighs n-grams by how often they occur in a text and how rare they are elsewhere.
 *
 * @throws TypeError unless x is a list of texts; RangeError where no n-gram is left
 * Equals scikit-learn 1.9 `TfidfVectorizer` within 1e-12 (golden tests), except that ties at `maxFeatures` go by order.
 */
export function tfidfVectorizer(options?: TfidfVectorizerOptions): Vectorizer {
  const read = readOptions("tfidfVectorizer", options, tfidfReaders);
  return build("tfidfVectorizer", read, read);
}

type CountOptions = ReturnType<typeof readOptions<typeof countReaders>>;

function build(
  kind: string,
  options: CountOptions,
  weighting: Weighting,
  restored?: Omit<Learned, "count">,
): Vectorizer {
  const { analyser, prepare } = analysisOf(options);
  const withCounter = (part: Omit<Learned, "count">): Learned => ({
    ...part,
    count: createVocabularyCounter(part.vocabulary, prepare, analyser),
  });
  let learned = restored && withCounter(restored);
  const need = (fn: string): Learned => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  const weigh = (counts: SparseMatrix, idf: Float64Array | undefined): SparseMatrix => {
    weighCounts(counts, idf, { ...weighting, binary: options.binary });
    return counts;
  };
  return {
    kind,
    get vocabulary() {
      return need("vocabulary").vocabulary;
    },
    fitTransform(x) {
      const texts = requireTexts(kind, x);
      const { vocabulary, counts, documents } = countNgrams(texts, prepare, analyser, options);
      if (vocabulary.length === 0) {
        throw new RangeError(
          `${kind}: no n-gram is left of ${texts.length} texts; are they empty, or the limits too narrow?`,
        );
      }
      const idf = weighting.useIdf ? inverseDocumentFrequency(documents, texts.length, weighting.smoothIdf) : undefined;
      learned = withCounter({ vocabulary, idf });
      return weigh(counts, idf);
    },
    fit(x) {
      this.fitTransform(x);
      return this;
    },
    transform(x) {
      const { count, idf } = need("transform");
      return weigh(count(requireTexts(kind, x)), idf);
    },
    getState() {
      const { vocabulary, idf } = need("getState");
      return {
        kind,
        options: JSON.parse(
          JSON.stringify(kind === "countVectorizer" ? options : { ...options, ...weighting }),
        ) as StateValue,
        // One text: hundreds of thousands of JSON strings would be slow to read.
        vocabulary: tensor(new TextEncoder().encode(JSON.stringify(vocabulary))),
        ...(idf && { idf: tensor(idf) }),
      };
    },
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

function restoreVectorizer(kind: string, state: ModelState): Vectorizer {
  const read = readState(state);
  const { data } = read.tensor("vocabulary");
  const vocabulary: string[] = JSON.parse(new TextDecoder().decode(data as Uint8Array));
  const idf = read.has("idf") ? read.float64("idf", [vocabulary.length]) : undefined;
  if (kind === "countVectorizer") {
    return build(kind, readOptions(kind, read.options(), countReaders), countWeighting, { vocabulary });
  }
  const options = readOptions(kind, read.options(), tfidfReaders);
  return build(kind, options, options, { vocabulary, idf });
}

export const countVectorizerKind: ModelKind = {
  create: (options) => countVectorizer(options),
  restore: (state) => restoreVectorizer("countVectorizer", state),
};

export const tfidfVectorizerKind: ModelKind = {
  create: (options) => tfidfVectorizer(options),
  restore: (state) => restoreVectorizer("tfidfVectorizer", state),
};
