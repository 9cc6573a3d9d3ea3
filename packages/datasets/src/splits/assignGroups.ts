/**
 * Puts whole groups into parts so that sizes and class shares come out as asked: the most uneven groups first, each where it hurts least.
 *
 * @param order names of the groups; ties are broken by this order
 * @param shares share of each part, summing to 1
 * @returns part of each group, in `order`; every part gets a group as long as there are enough
 * Source: the greedy scheme of scikit-learn's StratifiedGroupKFold, for parts of any size.
 */
export function assignGroups<T>(
  order: readonly string[],
  groups: ReadonlyMap<string, readonly T[]>,
  shares: readonly number[],
  classOf: (item: T) => string,
): Int32Array {
  const classes = new Map<string, number>();
  const counts = order.map((name) => {
    const row = new Map<number, number>();
    for (const item of groups.get(name) ?? []) {
      const label = classOf(item);
      const c = classes.get(label) ?? classes.size;
      classes.set(label, c);
      row.set(c, (row.get(c) ?? 0) + 1);
    }
    return row;
  });
  const totals = new Float64Array(classes.size);
  for (const row of counts) for (const [c, n] of row) totals[c] += n;

  const size = (row: Map<number, number>): number => [...row.values()].reduce((a, b) => a + b, 0);
  const unevenness = (row: Map<number, number>): number => {
    const mean = size(row) / classes.size;
    let sum = (classes.size - row.size) * mean * mean;
    for (const n of row.values()) sum += (n - mean) ** 2;
    return sum;
  };
  const ranked = order
    .map((_, i) => i)
    .sort((a, b) => unevenness(counts[b]) - unevenness(counts[a]) || size(counts[b]) - size(counts[a]) || a - b);

  const filled = shares.map(() => new Float64Array(classes.size));
  const held = shares.map(() => 0);
  const parts = new Int32Array(order.length);
  ranked.forEach((group, position) => {
    const left = ranked.length - position;
    const empty = held.flatMap((n, p) => (n === 0 ? [p] : []));
    // The last groups belong to parts that have none yet.
    const candidates = empty.length >= left ? empty : shares.map((_, p) => p);
    let best = candidates[0];
    let bestCost = Number.POSITIVE_INFINITY;
    for (const part of candidates) {
      const cost = costOf(part, counts[group], filled[part], totals, shares[part]);
      if (cost < bestCost) {
        bestCost = cost;
        best = part;
      }
    }
    parts[group] = best;
    held[best]++;
    for (const [c, n] of counts[group]) filled[best][c] += n;
  });
  return parts;
}

/** How much worse the part's class counts come out if the group is added: change of the squared relative distance from its fair share. */
function costOf(
  part: number,
  row: Map<number, number>,
  filled: Float64Array,
  totals: Float64Array,
  share: number,
): number {
  let cost = part * 1e-12;
  for (const [c, n] of row) {
    const fair = share * totals[c];
    cost += ((filled[c] + n - fair) ** 2 - (filled[c] - fair) ** 2) / (fair * totals[c]);
  }
  return cost;
}
