import { characterClasses } from "./characters.js";
import type { NgramTrie } from "./ngramTrie.js";
import { forEachToken, type TokenRule } from "./tokenise.js";
import { hashStep } from "./wordTable.js";

export interface AnalyserOptions {
  /** What n-grams are made of: words, characters, or characters within words (padded with blanks). */
  analyzer: "word" | "char" | "charWb";
  tokens: TokenRule;
  ngramRange: readonly [number, number];
  /** Words that are skipped, of the word analyser. */
  stopWords: ReadonlySet<string>;
}

/** Calls `visit` with the node of each n-gram of a text; unknown ones are added when `learn` is set, else left out. */
export type Analyser = (text: string, visit: (node: number) => void) => void;

/** An analyser that numbers n-grams by a trie. */
export function createAnalyser(trie: NgramTrie, options: AnalyserOptions, learn: boolean): Analyser {
  const { words } = trie;
  const number = learn ? words.intern : words.find;
  const step = learn ? trie.intern : trie.find;
  const [least, most] = options.ngramRange;
  // The tokens of the present text or, of charWb, word.
  let ids = new Int32Array(1024);
  let count = 0;
  const push = (id: number): void => {
    if (count === ids.length) {
      const wider = new Int32Array(ids.length * 2);
      wider.set(ids);
      ids = wider;
    }
    ids[count++] = id;
  };
  const emit = (visit: (node: number) => void): void => {
    for (let i = 0; i < count; i++) {
      let node = -1;
      const end = Math.min(count, i + most);
      for (let j = i; j < end; j++) {
        // An unknown token has no number: nothing that holds it is known.
        if (ids[j] < 0) break;
        node = step(node, ids[j]);
        if (node < 0) break;
        if (j - i + 1 >= least) visit(node);
      }
    }
  };
  if (options.analyzer === "word") {
    const { stopWords, tokens } = options;
    return (text, visit) => {
      count = 0;
      forEachToken(text, tokens, (start, end, hash) => {
        if (stopWords.size > 0 && stopWords.has(text.slice(start, end))) return;
        push(number(text, start, end, hash));
      });
      emit(visit);
    };
  }
  const pushCharacters = (text: string): void => {
    for (let i = 0; i < text.length; ) {
      const first = text.charCodeAt(i);
      const pair = (first & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
      const hash = pair ? hashStep(hashStep(0, first), text.charCodeAt(i + 1)) : hashStep(0, first);
      push(number(text, i, i + (pair ? 2 : 1), hash));
      i += pair ? 2 : 1;
    }
  };
  if (options.analyzer === "char") {
    return (text, visit) => {
      count = 0;
      pushCharacters(text.replace(/\s\s+/g, " "));
      emit(visit);
    };
  }
  const classes = characterClasses();
  return (text, visit) => {
    for (let i = 0; i < text.length; ) {
      while (i < text.length && classes[text.charCodeAt(i)] === 2) i++;
      const start = i;
      while (i < text.length && classes[text.charCodeAt(i)] !== 2) i++;
      if (i === start) break;
      count = 0;
      pushCharacters(` ${text.slice(start, i)} `);
      // A word shorter than every n counts once, whole.
      if (count < least) emitWhole(visit);
      else emit(visit);
    }
  };

  function emitWhole(visit: (node: number) => void): void {
    let node = -1;
    for (let j = 0; j < count; j++) {
      node = ids[j] < 0 ? -1 : step(node, ids[j]);
      if (node < 0) return;
    }
    visit(node);
  }
}
