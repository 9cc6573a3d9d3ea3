import type { DecoderSizes, DecoderWeights } from "./decoder.js";
import type { Regions } from "./regions.js";

/** Where a caption stands after some words. */
export interface DecoderState {
  hidden: Float32Array;
  cell: Float32Array;
}

/** A decoder after one more word. */
export interface DecoderStep {
  state: DecoderState;
  /** Log probability of each word to come. */
  logs: Float32Array;
  /** Share of each region in what was seen; they sum to 1. */
  attention: Float32Array;
}

/** A decoder that looks at one picture. */
export interface Reader {
  start(): DecoderState;
  /** @param word the one just said, 0 (the end) at the beginning */
  step(state: DecoderState, word: number): DecoderStep;
}

/** x·W (+ b), W with `out.length` columns. */
function times(x: Float32Array, weights: Float32Array, out: Float32Array): Float32Array {
  const columns = out.length;
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (v === 0) continue;
    for (let c = 0, w = i * columns; c < columns; c++, w++) out[c] += v * weights[w];
  }
  return out;
}

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

/** What makes the words of a picture, one at a time, without tensors. @param regions standardised as the decoder was trained */
export function readerOf(
  { data, count, features }: Regions,
  w: DecoderWeights,
  { units, words, embedding }: DecoderSizes,
): Reader {
  const keys = new Float32Array(count * units);
  const values = new Float32Array(count * units);
  const mean = new Float32Array(features);
  for (let r = 0; r < count; r++) {
    const region = data.subarray(r * features, (r + 1) * features);
    for (let f = 0; f < features; f++) mean[f] += region[f] / count;
    times(region, w.key, keys.subarray(r * units, (r + 1) * units));
    const value = values.subarray(r * units, (r + 1) * units);
    value.set(w.valueBias);
    times(region, w.value, value);
    for (let u = 0; u < units; u++) value[u] = Math.max(0, value[u]);
  }
  return {
    start: () => ({
      hidden: times(mean, w.startHidden, w.startHiddenBias.slice()).map(Math.tanh),
      cell: times(mean, w.startCell, w.startCellBias.slice()).map(Math.tanh),
    }),
    step({ hidden, cell }, word) {
      const gates = w.bias.slice();
      times(w.words.subarray(word * embedding, (word + 1) * embedding), w.kernel, gates);
      times(hidden, w.recurrent, gates);
      const next = { hidden: new Float32Array(units), cell: new Float32Array(units) };
      for (let u = 0; u < units; u++) {
        next.cell[u] = sigmoid(gates[units + u]) * cell[u] + sigmoid(gates[u]) * Math.tanh(gates[2 * units + u]);
        next.hidden[u] = sigmoid(gates[3 * units + u]) * Math.tanh(next.cell[u]);
      }
      const query = times(next.hidden, w.query, new Float32Array(units));
      const attention = new Float32Array(count);
      for (let r = 0; r < count; r++) {
        let sum = 0;
        for (let u = 0; u < units; u++) sum += query[u] * keys[r * units + u];
        attention[r] = sum / Math.sqrt(units);
      }
      softmax(attention);
      const both = new Float32Array(2 * units);
      both.set(next.hidden);
      for (let r = 0; r < count; r++) {
        for (let u = 0; u < units; u++) both[units + u] += attention[r] * values[r * units + u];
      }
      const joined = times(both, w.join, w.joinBias.slice()).map(Math.tanh);
      const logs = times(joined, w.output, w.outputBias.slice());
      const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
      let sum = 0;
      for (let k = 0; k < words; k++) sum += Math.exp(logs[k] - most);
      const whole = most + Math.log(sum);
      for (let k = 0; k < words; k++) logs[k] -= whole;
      return { state: next, logs, attention };
    },
  };
}

function softmax(scores: Float32Array): void {
  const most = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    scores[i] = Math.exp(scores[i] - most);
    sum += scores[i];
  }
  for (let i = 0; i < scores.length; i++) scores[i] /= sum;
}
