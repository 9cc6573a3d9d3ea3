import { createMatrix, type Matrix } from "./types.js";

/** One filter over the bins of a spectrum: its weights without the zeros around them. */
export interface Filter {
  start: number;
  weights: Float64Array;
}

/** Filters that turn `bins` values into as many as there are filters. */
export interface FilterBank {
  filters: Filter[];
  bins: number;
}

/** Drops the zeros on both sides. */
export function trim(weights: Float64Array): Filter {
  let start = 0;
  let end = weights.length;
  while (start < end && weights[start] === 0) start++;
  while (end > start && weights[end - 1] === 0) end--;
  return { start, weights: weights.slice(start, end) };
}

export function bankMatrix({ filters, bins }: FilterBank): Matrix {
  const out = createMatrix(filters.length, bins);
  filters.forEach(({ start, weights }, m) => {
    out.data.set(weights, m * bins + start);
  });
  return out;
}

/** Output of every filter for one spectrum. */
export function applyBank({ filters }: FilterBank, spectrum: Float64Array, out: Float64Array): void {
  for (let m = 0; m < filters.length; m++) {
    const { start, weights } = filters[m];
    let sum = 0;
    for (let k = 0; k < weights.length; k++) sum += weights[k] * spectrum[start + k];
    out[m] = sum;
  }
}
