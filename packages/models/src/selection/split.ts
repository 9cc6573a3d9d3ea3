import { createRandom, permutation } from "../core/random.js";

/** Indices of the two parts of a split. */
export interface Fold {
  train: Int32Array;
  test: Int32Array;
}

/** A random share of each class, at least one sample of classes with two: indices in rising order. */
export function stratifiedShare(codes: Int32Array, k: number, share: number, seed: number): Int32Array {
  const order = permutation(codes.length, createRandom(seed));
  const counts = new Int32Array(k);
  for (const code of codes) counts[code]++;
  const wanted = counts.map((count) => (count < 2 ? 0 : Math.max(1, Math.round(count * share))));
  return order.filter((i) => wanted[codes[i]]-- > 0).sort();
}

/**
 * Parts of about equal size in which each class has about its share; each sample is tested once.
 *
 * @param groups samples of one group stay in one part: whole groups are dealt out so that the classes come out as even as can be
 */
export function stratifiedFolds(
  codes: Int32Array,
  k: number,
  folds: number,
  seed: number,
  groups?: readonly string[],
): Fold[] {
  const n = codes.length;
  const foldOf = groups ? dealGroups(codes, k, folds, seed, groups) : dealSamples(codes, k, folds, seed);
  return Array.from({ length: folds }, (_, fold) => {
    const all = Int32Array.from({ length: n }, (_, i) => i);
    return { train: all.filter((i) => foldOf[i] !== fold), test: all.filter((i) => foldOf[i] === fold) };
  });
}

/** Every part needs something to be tested on, and something else to learn from. */
export function requireParts(fn: string, count: number, parts: number, what = "samples"): void {
  if (!(parts > 1 && parts <= count) || parts % 1) {
    throw new RangeError(`${fn}: ${count} ${what} cannot make ${parts} parts.`);
  }
}

function dealSamples(codes: Int32Array, k: number, folds: number, seed: number): Int32Array {
  const order = permutation(codes.length, createRandom(seed));
  const foldOf = new Int32Array(codes.length);
  // Classes follow each other round the table, so that parts differ by one sample at most.
  let next = 0;
  for (let c = 0; c < k; c++) {
    for (const i of order) {
      if (codes[i] !== c) continue;
      foldOf[i] = next;
      next = (next + 1) % folds;
    }
  }
  return foldOf;
}

/** The groups with the most uneven classes first, each to the part where it leaves the classes most even. */
function dealGroups(codes: Int32Array, k: number, folds: number, seed: number, groups: readonly string[]): Int32Array {
  const names = [...new Set(groups)];
  requireParts("stratifiedFolds", names.length, folds, "groups");
  const index = new Map(names.map((name, g) => [name, g]));
  const counts = names.map(() => new Float64Array(k));
  for (let i = 0; i < codes.length; i++) counts[index.get(groups[i]) ?? 0][codes[i]]++;
  const spread = (c: Float64Array): number => Math.max(...c) * c.length - c.reduce((a, b) => a + b, 0);
  const order = [...permutation(names.length, createRandom(seed))].sort(
    (a, b) => spread(counts[b]) - spread(counts[a]),
  );
  const totals = counts.reduce((sum, c) => sum.map((v, i) => v + c[i]), new Float64Array(k));
  const filled = Array.from({ length: folds }, () => new Float64Array(k));
  const chosen = new Int32Array(names.length);
  for (const [rank, g] of order.entries()) {
    // Parts without any group come first while there are just enough groups left to fill them.
    const empty = filled.map((f) => f.every((v) => v === 0));
    const mustFill = empty.filter(Boolean).length >= order.length - rank;
    let best = -1;
    let least = Infinity;
    for (let fold = 0; fold < folds; fold++) {
      if (mustFill && !empty[fold]) continue;
      let uneven = 0;
      for (let c = 0; c < k; c++) {
        const share = (filled[fold][c] + counts[g][c]) / totals[c];
        uneven += share * share - (filled[fold][c] / totals[c]) ** 2;
      }
      if (uneven < least) {
        least = uneven;
        best = fold;
      }
    }
    chosen[g] = best;
    for (let c = 0; c < k; c++) filled[best][c] += counts[g][c];
  }
  return Int32Array.from(groups, (name) => chosen[index.get(name) ?? 0]);
}
