import { tf } from "@earshot/engine";
import { lossOfRow, type ReadLoss } from "./loss.js";
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

/** Mean loss and accuracy. */
export function evaluate(network: Network, { samples, codes }: Labelled, classes: number, loss: ReadLoss) {
  const scores = scoresOf(network, samples, classes);
  const all = Int32Array.from(codes, (_, i) => i);
  const targets = new Float64Array(classes);
  let sum = 0;
  for (let i = 0; i < samples.n; i++) {
    targets.fill(0)[codes[i]] = 1;
    sum += lossOfRow(loss, scores.subarray(i * classes, (i + 1) * classes), targets);
  }
  return { valLoss: sum / samples.n, valAccuracy: countRight(scores, all, codes, classes) / samples.n };
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
