import { aSwitch, aWhole, oneOf, readOptions } from "../core/options.js";
import { readState, stateToJson } from "../core/state.js";
import type { FitOptions, ModelKind, ModelState, SparseMatrix, Transformer } from "../core/types.js";
import { createAnalyser } from "./analyse.js";
import { murmurHash } from "./murmurHash.js";
import { createNgramTrie, doubled } from "./ngramTrie.js";
import { type AnalysisOptions, analysisOf, analysisReaders, requireTexts } from "./textOptions.js";

/** Options of {@link hashingVectorizer}. */
export interface HashingVectorizerOptions extends AnalysisOptions {
  /** Columns (default 2²⁰). */
  nFeatures?: number;
  /** Counts become 0 or 1 (default false). */
  binary?: boolean;
  /** Length that each row is brought to (default "l2"). */
  norm?: "l2" | "l1" | "none";
  /** n-grams that share a column cancel out rather than add up (default true). */
  alternateSign?: boolean;
}

/** Texts to sparse rows, without a vocabulary. */
export interface HashingVectorizer extends Transformer<readonly string[], SparseMatrix> {
  fit(x: readonly string[], y?: readonly string[], options?: FitOptions): this;
  transform(x: readonly string[]): SparseMatrix;
  getState(): ModelState;
}

const readers = {
  ...analysisReaders,
  nFeatures: aWhole(2 ** 20, { min: 1, max: 2 ** 30 }),
  binary: aSwitch(false),
  norm: oneOf(["l2", "l1", "none"], "l2"),
  alternateSign: aSwitch(true),
};

/**
 * Counts n-grams in columns that their hashes name: nothing is learned and no vocabulary kept, so that texts may stream past.
 *
 * @throws TypeError unless x is a list of texts
 * Equals scikit-learn 1.9 `HashingVectorizer` within 1e-12 (golden tests). Source: Weinberger et al. 2009.
 */
export function hashingVectorizer(given?: HashingVectorizerOptions): HashingVectorizer {
  const kind = "hashingVectorizer";
  const options = readOptions(kind, given, readers);
  const { analyser, prepare } = analysisOf(options);
  const separator = options.analyzer === "word" ? " " : "";
  return {
    kind,
    fit(x) {
      requireTexts(kind, x);
      return this;
    },
    transform(x) {
      const texts = requireTexts(kind, x);
      const trie = createNgramTrie();
      const analyse = createAnalyser(trie, analyser, true);
      // Of each n-gram met in these texts: ± (column + 1).
      let places = new Int32Array(1 << 12);
      const rows: Map<number, number>[] = [];
      let row = new Map<number, number>();
      const visit = (node: number): void => {
        while (node >= places.length) places = doubled(places);
        if (places[node] === 0) {
          const hash = murmurHash(trie.text(node, separator));
          const column = Math.abs(hash) % options.nFeatures;
          places[node] = options.alternateSign && hash < 0 ? -(column + 1) : column + 1;
        }
        const column = Math.abs(places[node]) - 1;
        row.set(column, (row.get(column) ?? 0) + Math.sign(places[node]));
      };
      for (const text of texts) {
        row = new Map();
        analyse(prepare(text), visit);
        rows.push(row);
      }
      return toSparse(rows, options);
    },
    getState: () => ({ kind, options: JSON.parse(JSON.stringify(options)) }),
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

function toSparse(
  rows: readonly Map<number, number>[],
  { nFeatures, binary, norm }: { nFeatures: number; binary: boolean; norm: "l2" | "l1" | "none" },
): SparseMatrix {
  const indptr = new Int32Array(rows.length + 1);
  for (const [i, row] of rows.entries()) indptr[i + 1] = indptr[i] + row.size;
  const indices = new Int32Array(indptr[rows.length]);
  const values = new Float64Array(indices.length);
  for (const [i, row] of rows.entries()) {
    const columns = Int32Array.from(row.keys()).sort();
    indices.set(columns, indptr[i]);
    let size = 0;
    for (const [s, column] of columns.entries()) {
      const v = binary ? 1 : (row.get(column) ?? 0);
      values[indptr[i] + s] = v;
      size += norm === "l2" ? v * v : Math.abs(v);
    }
    const length = norm === "l2" ? Math.sqrt(size) : size;
    if (norm !== "none" && length > 0) for (let k = indptr[i]; k < indptr[i + 1]; k++) values[k] /= length;
  }
  return { indptr, indices, values, rows: rows.length, cols: nFeatures };
}

export const hashingVectorizerKind: ModelKind = {
  create: (options) => hashingVectorizer(options),
  restore: (state) => hashingVectorizer(readState(state).options()),
};
