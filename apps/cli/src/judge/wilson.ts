import type { Figure } from "./judge.js";

/**
 * A share with its 95 % score interval, which keeps its coverage for few items and for shares near 0 and 1.
 *
 * @param hits 0..n
 * Source: Wilson 1927; without continuity correction, as statsmodels' `proportion_confint(method="wilson")`.
 */
export function wilson(hits: number, n: number): Figure {
  if (n === 0) return { value: null, low: null, high: null };
  const z = 1.959963984540054;
  const share = hits / n;
  const scale = 1 + (z * z) / n;
  const centre = (share + (z * z) / (2 * n)) / scale;
  const reach = (z / scale) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { value: share, low: Math.max(0, centre - reach), high: Math.min(1, centre + reach) };
}
