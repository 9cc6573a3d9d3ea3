import { requireItems, requireSameLength, requireTexts } from "../check.js";

/** Steps of a shortest way from reference to hypothesis. */
export interface EditCounts {
  hits: number;
  substitutions: number;
  deletions: number;
  insertions: number;
}

/**
 * Levenshtein distance: fewest substitutions, deletions and insertions from one sequence to the other.
 *
 * @param a, b strings (compared by code point) or arrays of words, tokens, labels
 * @returns 0 to the length of the longer
 * Time grows with the product of the lengths, memory with the shorter.
 */
export function editDistance(a: string | ArrayLike<unknown>, b: string | ArrayLike<unknown>): number {
  const [x, y] = numbered(a, b);
  const [long, short] = x.length >= y.length ? [x, y] : [y, x];
  const row = Uint32Array.from({ length: short.length + 1 }, (_, j) => j);
  for (let i = 1; i <= long.length; i++) {
    let diagonal = row[0];
    row[0] = i;
    for (let j = 1; j <= short.length; j++) {
      const above = row[j];
      row[j] = long[i - 1] === short[j - 1] ? diagonal : 1 + Math.min(diagonal, above, row[j - 1]);
      diagonal = above;
    }
  }
  return row[short.length];
}

/**
 * How many of each step a shortest way takes; of ways equally short, one with the most hits.
 *
 * @param reference, hypothesis strings (compared by code point) or arrays of words, tokens, labels
 */
export function editCounts(
  reference: string | ArrayLike<unknown>,
  hypothesis: string | ArrayLike<unknown>,
): EditCounts {
  const [ref, hyp] = numbered(reference, hypothesis);
  // Along each way substitutions + deletions + hits = |ref| and substitutions + insertions + hits = |hyp|: from the
  // distance and the hits of the best way the other three follow, so that one row of both is all there is to keep.
  const cost = Uint32Array.from({ length: hyp.length + 1 }, (_, j) => j);
  const hits = new Uint32Array(hyp.length + 1);
  for (let i = 1; i <= ref.length; i++) {
    let [diagonalCost, diagonalHits] = [cost[0], hits[0]];
    cost[0] = i;
    for (let j = 1; j <= hyp.length; j++) {
      const same = ref[i - 1] === hyp[j - 1];
      const ways = [
        { cost: diagonalCost + (same ? 0 : 1), hits: diagonalHits + (same ? 1 : 0) },
        { cost: cost[j] + 1, hits: hits[j] },
        { cost: cost[j - 1] + 1, hits: hits[j - 1] },
      ];
      [diagonalCost, diagonalHits] = [cost[j], hits[j]];
      let best = ways[0];
      for (const way of ways) if (way.cost < best.cost || (way.cost === best.cost && way.hits > best.hits)) best = way;
      cost[j] = best.cost;
      hits[j] = best.hits;
    }
  }
  const [c, h] = [cost[hyp.length], hits[hyp.length]];
  const substitutions = ref.length + hyp.length - 2 * h - c;
  return {
    hits: h,
    substitutions,
    deletions: ref.length - h - substitutions,
    insertions: hyp.length - h - substitutions,
  };
}

/** Both sequences as numbers that are equal where their parts are. */
function numbered(a: string | ArrayLike<unknown>, b: string | ArrayLike<unknown>): [Uint32Array, Uint32Array] {
  const numbers = new Map<unknown, number>();
  const encode = (sequence: string | ArrayLike<unknown>) =>
    Uint32Array.from(typeof sequence === "string" ? [...sequence] : Array.from(sequence), (part) => {
      const known = numbers.get(part) ?? numbers.size;
      numbers.set(part, known);
      return known;
    });
  return [encode(a), encode(b)];
}

/** Word or character error rate, with its edits. */
export interface ErrorRate extends EditCounts {
  /** (substitutions + deletions + insertions) / length of the references; above 1 where much is inserted. */
  rate: number;
}

/**
 * Word error rate over all pairs: steps from the references to the hypotheses over the references' words.
 *
 * @param references what was said, one text or several; words are parted by white space, and compared as they are (case, punctuation)
 * @param hypotheses what was recognised; as many
 * @returns rate NaN if all references are empty and something was recognised, 0 if nothing was
 * @throws RangeError if lengths differ or there is no pair; TypeError of what is no text
 * Equals jiwer 4.0 `wer` within 1e-12.
 */
export function wordErrorRate(
  references: string | readonly string[],
  hypotheses: string | readonly string[],
): ErrorRate {
  return errorRate("wordErrorRate", references, hypotheses, (text) => text.split(/\s+/).filter(Boolean));
}

/**
 * Character error rate over all pairs, spaces counting, ends trimmed. Arguments, result and errors as {@link wordErrorRate}.
 * Equals jiwer 4.0 `cer` within 1e-12.
 */
export function characterErrorRate(
  references: string | readonly string[],
  hypotheses: string | readonly string[],
): ErrorRate {
  return errorRate("characterErrorRate", references, hypotheses, (text) => [...text.trim()]);
}

function errorRate(
  fn: string,
  reference: string | readonly string[],
  hypothesis: string | readonly string[],
  split: (text: string) => string[],
): ErrorRate {
  const references = typeof reference === "string" ? [reference] : reference;
  const hypotheses = typeof hypothesis === "string" ? [hypothesis] : hypothesis;
  requireTexts(fn, "references", references);
  requireTexts(fn, "hypotheses", hypotheses);
  requireSameLength(fn, "references", references.length, "hypotheses", hypotheses.length);
  requireItems(fn, "references", references.length);
  const sum = { hits: 0, substitutions: 0, deletions: 0, insertions: 0 };
  references.forEach((text, i) => {
    const counts = editCounts(split(text), split(hypotheses[i]));
    for (const key of ["hits", "substitutions", "deletions", "insertions"] as const) sum[key] += counts[key];
  });
  return { ...sum, rate: rateOf(sum) };
}

/** Steps over the references' length; see {@link wordErrorRate} for empty references. */
export function rateOf({ hits, substitutions, deletions, insertions }: EditCounts): number {
  const steps = substitutions + deletions + insertions;
  return steps === 0
    ? 0
    : hits + substitutions + deletions === 0
      ? Number.NaN
      : steps / (hits + substitutions + deletions);
}
