import type { Tensor } from "@earshot/models";

/** What samples are brought to one scale by: a mean a value, one factor for all. */
export interface Scale {
  mean: Float32Array;
  factor: number;
}

export function learnScale({ data, shape }: Tensor): Scale {
  const rows = shape[0];
  const size = data.length / rows;
  const sums = new Float64Array(size);
  for (let i = 0; i < data.length; i++) sums[i % size] += data[i] / rows;
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += (data[i] - sums[i % size]) ** 2;
  const deviation = Math.sqrt(squares / data.length);
  return { mean: Float32Array.from(sums), factor: deviation > 1e-9 ? 1 / deviation : 0 };
}

/** @throws RangeError if samples have another size than those of training */
export function scaled({ data, shape }: Tensor, { mean, factor }: Scale): Tensor {
  const size = data.length / shape[0];
  if (size !== mean.length) {
    throw new RangeError(`audioVisualClassifier: trained on samples of ${mean.length} values, got ${size}.`);
  }
  return { data: data.map((v, i) => (v - mean[i % size]) * factor), shape };
}
