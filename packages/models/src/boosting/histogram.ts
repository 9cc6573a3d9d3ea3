/** Bins a column, missing values included. */
export const binsPerColumn = 256;

/** Numbers a bin: sum of gradients, sum of Hessians, samples. */
export const perBin = 3;

/** Adds the samples of a node to histograms of all columns: cols × bins × 3. */
export function fillHistogram(
  out: Float64Array,
  bins: Uint8Array,
  rows: number,
  cols: number,
  samples: Int32Array,
  gradients: Float32Array,
  hessians: Float32Array,
  ordered: { g: Float32Array; h: Float32Array },
): void {
  const n = samples.length;
  const { g, h } = ordered;
  for (let s = 0; s < n; s++) {
    g[s] = gradients[samples[s]];
    h[s] = hessians[samples[s]];
  }
  out.fill(0);
  for (let j = 0; j < cols; j++) {
    const own = bins.subarray(j * rows, (j + 1) * rows);
    const at = out.subarray(j * binsPerColumn * perBin, (j + 1) * binsPerColumn * perBin);
    for (let s = 0; s < n; s++) {
      const b = own[samples[s]] * perBin;
      at[b] += g[s];
      at[b + 1] += h[s];
      at[b + 2]++;
    }
  }
}

/** What is left of the parent's histogram without one child is the other child's; written over the parent's. */
export function subtractHistogram(parent: Float64Array, child: Float64Array): void {
  for (let i = 0; i < parent.length; i++) parent[i] -= child[i];
}
