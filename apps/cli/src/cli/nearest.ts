import { distance } from "fastest-levenshtein";
import { shortName } from "./shortName.js";

/** `did you mean "x"?` for a near miss, else what is known; the end of a sentence. */
export function nearest(word: string, known: readonly string[]): string {
  // What is longer is near to nothing, and comparing takes as long as it is.
  const lower = word.slice(0, 100).toLowerCase();
  const ranked = known
    .map((k) => ({
      k,
      d: k.toLowerCase().startsWith(lower) && lower.length > 2 ? 1 : distance(lower, k.toLowerCase()),
    }))
    .sort((a, b) => a.d - b.d);
  const best = ranked[0];
  if (best && best.d <= Math.max(2, Math.floor(word.length / 3))) return `did you mean "${best.k}"?`;
  if (known.length === 0) return "there is none.";
  return known.length === 1
    ? `known is ${known[0]}.`
    : `known are ${[...known]
        .sort()
        .map((k) => shortName(k))
        .join(", ")}.`;
}
