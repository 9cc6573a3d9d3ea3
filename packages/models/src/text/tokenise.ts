import { characterClasses, isWordPair } from "./characters.js";
import { hashStep } from "./wordTable.js";

/** Called for each token: where it is in the text, and its hash. */
export type TokenVisitor = (start: number, end: number, hash: number) => void;

/** What counts as a token. */
export type TokenRule =
  /** Words of at least two characters: scikit-learn's `(?u)\b\w\w+\b`. */
  | "words"
  /** Words of any length, with their inner apostrophes ("don't"), and each of ! ? as a token. */
  | "expressive";

/** Visits the tokens of a text (already in lower case where that is wanted). */
export function forEachToken(text: string, rule: TokenRule, visit: TokenVisitor): void {
  const classes = characterClasses();
  const n = text.length;
  const expressive = rule === "expressive";
  const shortest = expressive ? 1 : 2;
  let i = 0;
  while (i < n) {
    const unit = text.charCodeAt(i);
    const kind = classes[unit];
    if (kind === 1 || (kind === 3 && isWordPair(text, i))) {
      const start = i;
      let hash = 0;
      let characters = 0;
      for (;;) {
        const u = text.charCodeAt(i);
        const c = classes[u];
        if (c === 1) {
          hash = hashStep(hash, u);
          i++;
        } else if (c === 3 && isWordPair(text, i)) {
          hash = hashStep(hashStep(hash, u), text.charCodeAt(i + 1));
          i += 2;
        } else if (expressive && isApostrophe(u) && i + 1 < n && classes[text.charCodeAt(i + 1)] === 1) {
          hash = hashStep(hash, u);
          i++;
        } else break;
        characters++;
        if (i >= n) break;
      }
      if (characters >= shortest) visit(start, i, hash);
    } else {
      if (expressive && (unit === 33 || unit === 63)) visit(i, i + 1, hashStep(0, unit));
      i++;
    }
  }
}

const isApostrophe = (unit: number): boolean => unit === 39 || unit === 0x2019;

/** The tokens of a text as strings. */
export function tokenise(text: string, rule: TokenRule = "words"): string[] {
  const tokens: string[] = [];
  forEachToken(text, rule, (start, end) => tokens.push(text.slice(start, end)));
  return tokens;
}
