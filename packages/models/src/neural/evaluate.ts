import { tf } from "@earshot/engine";
import type { Network } from "./network.js";
import type { Labelled, Samples } from "./samples.js";

/** Samples predicted at a time. */
const CHUNK = 128;

/** Class scores before the softmax, n × classes. */
export function scoresOf(network: Network, samples: Samples, classes: number): Float32Array {
  const out = new Float32Array(samples.n * classes);
  for (let i = 0; i < samples.n; i += CHUNK) {
    const count = Math.min(CHUNK, samples.n - i);
    tf.tidy(() => {
      const rows = samples.data.subarray(i * samples.size, (i + count) * samples.size);
      const x = tf.tensor(rows, [count, ...samples.shape]);
      out.set(network.apply(x, { training: false, seed: 0 }).dataSync(), i * classes);
    });
  }
  return out;
}

/** Mean cross-entropy and accuracy. */
export function evaluate(network: Network, { samples, codes }: Labelled, classes: number) {
  const scores = scoresOf(network, samples, classes);
  const all = Int32Array.from(codes, (_, i) => i);
  let loss = 0;
  for (let i = 0; i < samples.n; i++) {
    const row = scores.subarray(i * classes, (i + 1) * classes);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const sum = row.reduce((a, b) => a + Math.exp(b - top), 0);
    loss += (top + Math.log(sum) - row[codes[i]]) / samples.n;
  }
  return { valLoss: loss, valAccuracy: countRight(scores, all, codes, classes) / samples.n };
}

/** How many rows have their highest score in the class that `codes` names; the first of equals counts. */
export function countRight(scores: Float32Array, index: ArrayLike<number>, codes: Int32Array, classes: number): number {
  let right = 0;
  for (let i = 0; i < index.length; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores[i * classes + c] > scores[i * classes + best]) best = c;
    if (best === codes[index[i]]) right++;
  }
  return right;
}

/** Softmax of each row, in place and in double: rows sum to 1 within 1e-7. */
export function softmaxRows(data: Float32Array, cols: number): void {
  for (let r = 0; r < data.length; r += cols) {
    const row = data.subarray(r, r + cols);
    const top = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const exps = Float64Array.from(row, (v) => Math.exp(v - top));
    const sum = exps.reduce((a, b) => a + b, 0);
    for (let c = 0; c < cols; c++) row[c] = exps[c] / sum;
  }
}
