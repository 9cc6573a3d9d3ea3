import type { SparseMatrix } from "../core/types.js";
import { type AnalyserOptions, createAnalyser } from "./analyse.js";
import { createNgramTrie, doubled } from "./ngramTrie.js";

export interface Limits {
  /** In at least so many texts (a share of them below 1). */
  minDf: number;
  /** In at most so many texts (a share of them up to 1). */
  maxDf: number;
  /** The most frequent ones, all texts together. */
  maxFeatures?: number;
}

export interface CountedNgrams {
  /** n-grams in the order of the columns: sorted by code unit. */
  vocabulary: string[];
  /** texts × vocabulary: how often each occurs, as whole numbers in double. */
  counts: SparseMatrix;
  /** Texts that hold each of them. */
  documents: Int32Array;
}

/** Counts the n-grams of all texts in one pass and keeps those within limits. */
export function countNgrams(
  texts: readonly string[],
  prepare: (text: string) => string,
  options: AnalyserOptions,
  limits: Limits,
): CountedNgrams {
  const trie = createNgramTrie();
  // Per node: text seen last + 1, place of its entry there, texts, occurrences; side by side, for one access to memory.
  let nodes = new Int32Array(4 << 12);
  let entries = new Int32Array(1 << 16);
  let counts = new Int32Array(1 << 16);
  const indptr = new Int32Array(texts.length + 1);
  let nnz = 0;
  let text = 0;
  const visit = (node: number): void => {
    const at = 4 * node;
    while (at >= nodes.length) nodes = doubled(nodes);
    nodes[at + 3]++;
    if (nodes[at] === text + 1) {
      counts[nodes[at + 1]]++;
      return;
    }
    if (nnz === entries.length) {
      entries = doubled(entries);
      counts = doubled(counts);
    }
    nodes[at] = text + 1;
    nodes[at + 1] = nnz;
    nodes[at + 2]++;
    entries[nnz] = node;
    counts[nnz++] = 1;
  };
  const analyse = createAnalyser(trie, options, true);
  for (; text < texts.length; text++) {
    analyse(prepare(texts[text]), visit);
    indptr[text + 1] = nnz;
  }
  const { vocabulary, columnOf, documents } = chooseColumns(nodes, trie.size, texts.length, limits, (node) =>
    trie.text(node, options.analyzer === "word" ? " " : ""),
  );
  return { vocabulary, documents, counts: toRows(indptr, entries, counts, columnOf, vocabulary.length) };
}

function chooseColumns(
  nodes: Int32Array,
  size: number,
  texts: number,
  { minDf, maxDf, maxFeatures }: Limits,
  textOf: (node: number) => string,
) {
  const low = minDf < 1 ? minDf * texts : minDf;
  const high = maxDf <= 1 ? maxDf * texts : maxDf;
  const kept: { node: number; text: string }[] = [];
  let least = 1;
  if (maxFeatures !== undefined) least = frequencyFloor(nodes, size, low, high, maxFeatures);
  for (let node = 0; node < size; node++) {
    const df = nodes[4 * node + 2];
    // Prefixes that never end an n-gram have no texts.
    if (df > 0 && df >= low && df <= high && nodes[4 * node + 3] >= least) kept.push({ node, text: textOf(node) });
  }
  kept.sort((a, b) => (a.text < b.text ? -1 : 1));
  const chosen = maxFeatures !== undefined && kept.length > maxFeatures ? mostFrequent(kept, nodes, maxFeatures) : kept;
  const columnOf = new Int32Array(size).fill(-1);
  const documents = new Int32Array(chosen.length);
  for (let c = 0; c < chosen.length; c++) {
    columnOf[chosen[c].node] = c;
    documents[c] = nodes[4 * chosen[c].node + 2];
  }
  return { vocabulary: chosen.map(({ text }) => text), columnOf, documents };
}

/** An occurrence count that at least `wanted` n-grams reach: spares making strings of the others. */
function frequencyFloor(nodes: Int32Array, size: number, low: number, high: number, wanted: number): number {
  const totals = new Int32Array(size);
  for (let node = 0; node < size; node++) {
    const df = nodes[4 * node + 2];
    if (df > 0 && df >= low && df <= high) totals[node] = nodes[4 * node + 3];
  }
  totals.sort();
  return Math.max(1, totals[Math.max(0, size - wanted)]);
}

/** The most frequent of sorted n-grams, still sorted; of equals, the first. */
function mostFrequent<T extends { node: number }>(sorted: readonly T[], nodes: Int32Array, wanted: number): T[] {
  const total = (i: number): number => nodes[4 * sorted[i].node + 3];
  return Array.from(sorted.keys())
    .sort((a, b) => total(b) - total(a) || a - b)
    .slice(0, wanted)
    .sort((a, b) => a - b)
    .map((i) => sorted[i]);
}

/** Entries by node as rows by column, columns rising. */
function toRows(
  starts: Int32Array,
  entries: Int32Array,
  counts: Int32Array,
  columnOf: Int32Array,
  cols: number,
): SparseMatrix {
  const rows = starts.length - 1;
  const indptr = new Int32Array(rows + 1);
  for (let i = 0; i < rows; i++) {
    let kept = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) if (columnOf[entries[k]] >= 0) kept++;
    indptr[i + 1] = indptr[i] + kept;
  }
  const indices = new Int32Array(indptr[rows]);
  const values = new Float64Array(indptr[rows]);
  // Column and count in one number: typed arrays sort numbers fast and without a comparison function.
  const shift = 2 ** 22;
  for (let i = 0; i < rows; i++) {
    const row = values.subarray(indptr[i], indptr[i + 1]);
    let at = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const column = columnOf[entries[k]];
      if (column >= 0) row[at++] = column * shift + counts[k];
    }
    row.sort();
    for (let k = 0; k < at; k++) {
      const column = Math.floor(row[k] / shift);
      indices[indptr[i] + k] = column;
      row[k] -= column * shift;
    }
  }
  return { indptr, indices, values, rows, cols };
}
