import type { SparseMatrix } from "../core/types.js";
import { type AnalyserOptions, createAnalyser } from "./analyse.js";
import { createNgramTrie, type NgramTrie } from "./ngramTrie.js";
import { hashStep } from "./wordTable.js";

/** Counts the n-grams of a vocabulary in texts. */
export type VocabularyCounter = (texts: readonly string[]) => SparseMatrix;

/** A counter for a fixed vocabulary; made once, it costs a few look-ups a token. */
export function createVocabularyCounter(
  vocabulary: readonly string[],
  prepare: (text: string) => string,
  options: AnalyserOptions,
): VocabularyCounter {
  const trie = createNgramTrie();
  const separator = options.analyzer === "word" ? " " : "";
  const leaves = Int32Array.from(vocabulary, (ngram) => addNgram(trie, ngram, separator));
  const columnOf = new Int32Array(trie.size).fill(-1);
  for (let c = 0; c < leaves.length; c++) columnOf[leaves[c]] = c;
  const analyse = createAnalyser(trie, options, false);
  const seen = new Int32Array(vocabulary.length);
  let columns = new Int32Array(1024);
  let found = 0;
  const visit = (node: number): void => {
    const column = columnOf[node];
    if (column < 0) return;
    if (seen[column]++ === 0) {
      if (found === columns.length) {
        const wider = new Int32Array(2 * found);
        wider.set(columns);
        columns = wider;
      }
      columns[found++] = column;
    }
  };
  return (texts) => {
    const rows = texts.map((text) => {
      found = 0;
      analyse(prepare(text), visit);
      const own = columns.slice(0, found).sort();
      const counts = new Int32Array(found);
      for (let k = 0; k < found; k++) {
        counts[k] = seen[own[k]];
        seen[own[k]] = 0;
      }
      return { own, counts };
    });
    const indptr = new Int32Array(rows.length + 1);
    for (const [i, { own }] of rows.entries()) indptr[i + 1] = indptr[i] + own.length;
    const indices = new Int32Array(indptr[rows.length]);
    const values = new Float64Array(indices.length);
    for (const [i, { own, counts }] of rows.entries()) {
      indices.set(own, indptr[i]);
      values.set(counts, indptr[i]);
    }
    return { indptr, indices, values, rows: rows.length, cols: vocabulary.length };
  };
}

function addNgram(trie: NgramTrie, ngram: string, separator: string): number {
  let node = -1;
  for (const token of separator ? ngram.split(separator) : ngram) {
    let hash = 0;
    for (let i = 0; i < token.length; i++) hash = hashStep(hash, token.charCodeAt(i));
    node = trie.intern(node, trie.words.intern(token, 0, token.length, hash));
  }
  return node;
}
