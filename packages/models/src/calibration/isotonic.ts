/** A rising step function through points, linear between them. */
export interface Isotonic {
  /** Rising. */
  x: Float64Array;
  /** Not falling. */
  y: Float64Array;
}

/**
 * The rising function nearest to targets in squares (pool adjacent violators).
 *
 * @param scores any order; equal ones are pooled first
 * @param targets one a score
 */
export function fitIsotonic(scores: ArrayLike<number>, targets: ArrayLike<number>): Isotonic {
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  const blocks: { low: number; high: number; mean: number; weight: number }[] = [];
  for (let s = 0; s < order.length; ) {
    const score = scores[order[s]];
    let sum = 0;
    let n = 0;
    for (; s < order.length && scores[order[s]] === score; s++) {
      sum += targets[order[s]];
      n++;
    }
    let block = { low: score, high: score, mean: sum / n, weight: n };
    for (let last = blocks.at(-1); last && last.mean >= block.mean; last = blocks.at(-1)) {
      blocks.pop();
      const weight = last.weight + block.weight;
      block = {
        low: last.low,
        high: block.high,
        mean: (last.mean * last.weight + block.mean * block.weight) / weight,
        weight,
      };
    }
    blocks.push(block);
  }
  // A block keeps both of its ends, so that the function is flat over it.
  const points = blocks.flatMap(({ low, high, mean }) =>
    low === high
      ? [[low, mean]]
      : [
          [low, mean],
          [high, mean],
        ],
  );
  return { x: Float64Array.from(points, ([v]) => v), y: Float64Array.from(points, ([, v]) => v) };
}

/** The value at a score; beyond the ends that of the end. */
export function applyIsotonic({ x, y }: Isotonic, score: number): number {
  const last = x.length - 1;
  if (score <= x[0]) return y[0];
  if (score >= x[last]) return y[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= score) low = middle;
    else high = middle;
  }
  return y[low] + ((y[high] - y[low]) * (score - x[low])) / (x[high] - x[low]);
}
