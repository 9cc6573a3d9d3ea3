import { dense, dropout, embedding, lstm, softmaxCrossEntropy, tf } from "@earshot/engine";
import type { WeightName } from "./decoder.js";

type Tensors = Readonly<Record<WeightName, tf.Tensor>>;

export interface GraphOptions {
  /** Share of a word's vector and of what leads to the words that is dropped (default 0: as while predicting). */
  rate?: number;
  seed?: number;
}

/**
 * Scores of every next word, all steps at once: teacher forcing.
 *
 * An LSTM reads the words, its first state made from the mean of the regions; each of its states then asks the regions (scaled dot products) and
 * says the next word from itself and what it saw.
 *
 * @param regions [n, regions, features]
 * @param words [n, steps], int32: what was said before each step, the end first
 * @returns [n · steps, words]
 * Source: Luong, Pham & Manning 2015 (attention after the state), Xu et al. 2015 (over regions of a picture).
 */
export function decoderScores(
  regions: tf.Tensor,
  words: tf.Tensor,
  w: Tensors,
  { rate = 0, seed = 0 }: GraphOptions = {},
): tf.Tensor {
  const [n, count, features] = regions.shape as [number, number, number];
  const steps = words.shape[1] as number;
  const units = w.query.shape[0] as number;
  const drop = (x: tf.Tensor, k: number): tf.Tensor => (rate > 0 ? dropout(x, rate, seed + k) : x);
  const rows = tf.reshape(drop(regions, 0), [n * count, features]);
  const mean = tf.mean(tf.reshape(rows, [n, count, features]), 1);
  const h0 = tf.tanh(dense(mean, w.startHidden, w.startHiddenBias));
  const c0 = tf.tanh(dense(mean, w.startCell, w.startCellBias));
  const vectors = drop(embedding(w.words, words), 1);
  const states = lstm(vectors, { kernel: w.kernel, recurrent: w.recurrent, bias: w.bias }, { h0, c0 });
  const flat = tf.reshape(states, [n * steps, units]);
  const queries = tf.reshape(dense(flat, w.query), [n, steps, units]);
  const keys = tf.reshape(dense(rows, w.key), [n, count, units]);
  const values = tf.reshape(dense(rows, w.value, w.valueBias, { relu: true }), [n, count, units]);
  const scores = tf.mul(tf.matMul(queries, keys, false, true), 1 / Math.sqrt(units));
  const attention = tf.reshape(tf.softmax(tf.reshape(scores, [n * steps, count]) as tf.Tensor2D), [n, steps, count]);
  const seen = tf.reshape(tf.matMul(attention, values), [n * steps, units]);
  const joined = tf.tanh(dense(tf.concat([flat, seen], 1), w.join, w.joinBias));
  return dense(drop(joined, 2), w.output, w.outputBias);
}

/** Mean cross-entropy of the words that came, over all that count. @param weights [n · steps], 0 behind the end of a caption */
export function decoderLoss(scores: tf.Tensor, wanted: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return tf.sum(softmaxCrossEntropy(scores, wanted, weights)) as tf.Scalar;
}
