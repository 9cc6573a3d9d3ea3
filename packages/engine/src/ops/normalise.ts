import {
  add,
  div,
  keep,
  moments,
  mul,
  relu as reluOf,
  reshape,
  rsqrt,
  sub,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { hasKernel, isOurs, runKernel } from "../kernels/override.js";
import { expectFloats, expectShape } from "./check.js";

/** Options of {@link batchNormTrain} and {@link batchNormPredict}. */
export interface NormOptions {
  /** Added to the variance (default 1e-3, as Keras). */
  epsilon?: number;
  /** Whether the ReLU that follows is part of it (default false): one pass over memory less in each direction. */
  relu?: boolean;
}

/** What {@link batchNormTrain} gives: the batch normalised, and the statistics for the moving averages. */
export interface TrainedNorm {
  /** Normalised with the batch's own mean and variance. */
  y: Tensor;
  /** [channels], not part of the gradient; the caller disposes of them. */
  mean: Tensor;
  /** [channels], population variance. */
  variance: Tensor;
}

/**
 * Batch normalisation as it trains: over all axes but the last.
 *
 * @param x [..., channels]
 * @param gamma [channels], scale
 * @param beta [channels], offset
 * Source: Ioffe & Szegedy 2015. The gradient goes through mean and variance.
 */
export function batchNormTrain(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  { epsilon = 1e-3, relu = false }: NormOptions = {},
): TrainedNorm {
  const channels = x.shape[x.rank - 1];
  if (gamma.size !== channels || beta.size !== channels) {
    throw new RangeError(`batchNormTrain: x has ${channels} channels, gamma ${gamma.size} and beta ${beta.size}.`);
  }
  expectFloats("batchNormTrain", { x, gamma, beta });
  if (!isOurs()) return plainNorm(x, gamma, beta, epsilon, relu);
  const [y, mean, variance] = runKernel<Tensor[]>("BatchNormTrain", { x, gamma, beta }, { epsilon, relu });
  return { y, mean: keep(mean), variance: keep(variance) };
}

function plainNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number, relu: boolean): TrainedNorm {
  if (hasKernel("FusedNorm")) {
    const image = x.rank === 4 ? x : reshape(x, [1, 1, -1, gamma.size]);
    const [z, mean, variance] = runKernel<Tensor[]>("FusedNorm", { x: image, gamma, beta }, { epsilon });
    const y = x.rank === 4 ? z : reshape(z, x.shape);
    return { y: relu ? reluOf(y) : y, mean: keep(mean), variance: keep(variance) };
  }
  const axes = x.shape.slice(0, -1).map((_, i) => i);
  const { mean, variance } = moments(x, axes);
  const y = add(mul(mul(sub(x, mean), rsqrt(add(variance, epsilon))), gamma), beta);
  return { y: relu ? reluOf(y) : y, mean: keep(mean.clone()), variance: keep(variance.clone()) };
}

/**
 * Batch normalisation as it predicts, with the moving statistics: one multiply–add a number.
 *
 * @param x [..., channels]
 */
export function batchNormPredict(
  x: Tensor,
  { gamma, beta, mean, variance }: { gamma: Tensor; beta: Tensor; mean: Tensor; variance: Tensor },
  { epsilon = 1e-3, relu = false }: NormOptions = {},
): Tensor {
  expectFloats("batchNormPredict", { x, gamma, beta, mean, variance });
  for (const [name, tensor] of Object.entries({ gamma, beta, mean, variance })) {
    expectShape("batchNormPredict", name, tensor, [x.shape[x.rank - 1]]);
  }
  return tidy(() => {
    const slope = mul(gamma, rsqrt(add(variance, epsilon)));
    const offset = sub(beta, mul(mean, slope));
    if (isOurs()) return runKernel("Affine", { x, slope, offset }, { relu });
    const y = add(mul(x, slope), offset);
    return relu ? reluOf(y) : y;
  });
}

/**
 * Sets each number to 0 with probability `rate` and scales the rest by 1 / (1 − rate). Which ones depends on the seed and the
 * position alone, so a run can be repeated and resumed.
 *
 * @param rate in [0, 1)
 * @param seed whole number; another one a step
 */
export function dropout(x: Tensor, rate: number, seed: number): Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: rate must be in [0, 1), got ${rate}.`);
  if (rate === 0) return x.clone();
  if (!isOurs()) {
    const mask = div(tensor(keepMask(x.size, rate, seed), x.shape), 1 - rate);
    return mul(x, mask);
  }
  return runKernel("Dropout", { x }, { rate, seed });
}

/** The kernel's hash, for other backends: the same elements survive. */
function keepMask(n: number, rate: number, seed: number): Float32Array {
  const limit = Math.floor((1 - rate) * 2 ** 32) - 1;
  return Float32Array.from({ length: n }, (_, i) => (mix(seed, i) <= limit ? 1 : 0));
}

function mix(seed: number, index: number): number {
  const round = (value: number): number => {
    let h = value ^ (value >>> 16);
    h = Math.imul(h, 0x7feb352d);
    h ^= h >>> 15;
    h = Math.imul(h, 0x846ca68b);
    return h ^ (h >>> 16);
  };
  const first = round((Math.imul(index, 0x9e3779b1) + seed) | 0);
  return round((first + seed) | 0) >>> 0;
}
