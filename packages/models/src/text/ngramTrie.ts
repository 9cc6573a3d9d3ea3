import { createWordTable, type WordTable } from "./wordTable.js";

/**
 * Sequences of words as numbers: node (p, w) is the sequence p followed by word w. Sequences of one word have the prefix −1.
 */
export interface NgramTrie {
  readonly words: WordTable;
  /** Nodes so far. */
  readonly size: number;
  /** The node of a word after a prefix node (−1: none); −1 if unknown. */
  find(prefix: number, word: number): number;
  /** The same, numbering nodes that are new. */
  intern(prefix: number, word: number): number;
  /** The words of a node, joined. */
  text(node: number, separator: string): string;
}

/** An empty trie; pairs are kept in one table, so that a step costs one access to memory. */
export function createNgramTrie(): NgramTrie {
  const words = createWordTable();
  // Per slot: prefix, word, node + 1.
  let slots = new Int32Array(3 << 12);
  let mask = (1 << 12) - 1;
  let single = new Int32Array(1 << 11);
  let parents = new Int32Array(1 << 12);
  let lasts = new Int32Array(1 << 12);
  let size = 0;
  let pairs = 0;

  const slotOf = (prefix: number, word: number): number => {
    let h = Math.imul(prefix, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
    h ^= h >>> 15;
    h = Math.imul(h, 0x2c1b3c6d);
    return (h ^ (h >>> 13)) & mask;
  };
  const locate = (prefix: number, word: number): number => {
    let at = slotOf(prefix, word);
    while (slots[3 * at + 2] && (slots[3 * at] !== prefix || slots[3 * at + 1] !== word)) at = (at + 1) & mask;
    return 3 * at;
  };
  const grow = (): void => {
    const old = slots;
    mask = mask * 2 + 1;
    slots = new Int32Array(3 * (mask + 1));
    for (let s = 0; s < old.length; s += 3) {
      if (!old[s + 2]) continue;
      const at = locate(old[s], old[s + 1]);
      slots[at] = old[s];
      slots[at + 1] = old[s + 1];
      slots[at + 2] = old[s + 2];
    }
  };
  const addNode = (prefix: number, word: number): number => {
    if (size === parents.length) {
      parents = doubled(parents);
      lasts = doubled(lasts);
    }
    parents[size] = prefix;
    lasts[size] = word;
    return size++;
  };
  return {
    words,
    get size() {
      return size;
    },
    find: (prefix, word) =>
      prefix < 0 ? (word < single.length ? single[word] - 1 : -1) : slots[locate(prefix, word) + 2] - 1,
    intern(prefix, word) {
      if (prefix < 0) {
        while (word >= single.length) single = doubled(single);
        if (!single[word]) single[word] = addNode(-1, word) + 1;
        return single[word] - 1;
      }
      const at = locate(prefix, word);
      if (slots[at + 2]) return slots[at + 2] - 1;
      const node = addNode(prefix, word);
      slots[at] = prefix;
      slots[at + 1] = word;
      slots[at + 2] = node + 1;
      if (++pairs * 2 > mask) grow();
      return node;
    },
    text(node, separator) {
      const parts: string[] = [];
      for (let at = node; at >= 0; at = parents[at]) parts.push(words.word(lasts[at]));
      return parts.reverse().join(separator);
    },
  };
}

export function doubled<T extends Int32Array | Float64Array>(array: T): T {
  const out = new (array.constructor as new (n: number) => T)(array.length * 2);
  out.set(array);
  return out;
}
