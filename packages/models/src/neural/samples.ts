import { describeFeatures, isMatrix, isTensor } from "../core/features.js";
import { permutation, type Rng } from "../core/random.js";
import type { Features } from "../core/types.js";

/** Dense samples of one shape, row-major. */
export interface Samples {
  data: Float32Array;
  /** How many. */
  n: number;
  /** Of one sample. */
  shape: number[];
  /** Numbers in one sample. */
  size: number;
}

/**
 * A matrix (one axis a sample) or tensor as samples, checked to be finite.
 *
 * @throws TypeError for other features; RangeError naming sample and position of the first number that is not finite
 */
export function toSamples(fn: string, x: Features): Samples {
  if (x === null || typeof x !== "object" || !(isTensor(x) || isMatrix(x))) {
    throw new TypeError(`${fn}: x must be a matrix or a tensor, got ${describeFeatures(x)}.`);
  }
  const [n, ...shape] = isTensor(x) ? x.shape : [x.rows, x.cols];
  const size = shape.reduce((a, b) => a * b, 1);
  if (n * size !== x.data.length) {
    throw new RangeError(`${fn}: x says [${[n, ...shape]}] but holds ${x.data.length} numbers.`);
  }
  const data = x.data instanceof Float32Array ? x.data : Float32Array.from(x.data);
  for (let i = 0; i < data.length; i++) {
    if (data[i] - data[i] !== 0) {
      throw new RangeError(
        `${fn}: x must be finite, got ${x.data[i]} in sample ${Math.floor(i / size)}, number ${i % size}.`,
      );
    }
  }
  return { data, n, shape, size };
}

/** Samples and the index of the class of each. */
export interface Labelled {
  samples: Samples;
  codes: Int32Array;
}

/** The samples at some indices, copied. */
export function pickLabelled({ samples, codes }: Labelled, index: Int32Array): Labelled {
  const { shape, size } = samples;
  const data = gatherBatch(samples, index);
  return { samples: { data, n: index.length, shape, size }, codes: Int32Array.from(index, (i) => codes[i]) };
}

/** Which samples train and which validate. */
export interface Division {
  train: Int32Array;
  validation: Int32Array;
}

/**
 * Holds out a share of every class, in random order; with groups, whole groups, so that no speaker is on both sides.
 *
 * @param share in (0, 1); each class keeps a sample to train on
 */
export function holdOut(codes: Int32Array, share: number, rng: Rng, groups?: readonly string[]): Division {
  const order = permutation(codes.length, rng);
  const held = groups ? holdOutGroups(order, groups, share) : holdOutByClass(order, codes, share);
  return {
    train: order.filter((i) => !held.has(i)).sort(),
    validation: order.filter((i) => held.has(i)).sort(),
  };
}

function holdOutByClass(order: Int32Array, codes: Int32Array, share: number): Set<number> {
  const members = new Map<number, number[]>();
  for (const i of order) members.get(codes[i])?.push(i) ?? members.set(codes[i], [i]);
  const held = new Set<number>();
  for (const own of members.values()) {
    const count = Math.min(own.length - 1, Math.round(own.length * share));
    for (const i of own.slice(0, count)) held.add(i);
  }
  return held;
}

function holdOutGroups(order: Int32Array, groups: readonly string[], share: number): Set<number> {
  const names = [...new Set(Array.from(order, (i) => groups[i]))];
  const count = Math.min(names.length - 1, Math.max(1, Math.round(names.length * share)));
  const chosen = new Set(names.slice(0, count));
  return new Set(order.filter((i) => chosen.has(groups[i])));
}

/** As many draws, with replacement, as there are samples; every class comes equally often on average. */
export function drawBalanced(codes: Int32Array, rng: Rng): Int32Array {
  const members = new Map<number, number[]>();
  for (const [i, code] of codes.entries()) members.get(code)?.push(i) ?? members.set(code, [i]);
  const classes = [...members.keys()].sort((a, b) => a - b).map((code) => members.get(code) ?? []);
  return codes.map(() => {
    const own = classes[rng.below(classes.length)];
    return own[rng.below(own.length)];
  });
}

/** Cuts an order into batches of nearly equal size, at most `batchSize`: no batch is a lone leftover. */
export function cutBatches(order: Int32Array, batchSize: number): Int32Array[] {
  const count = Math.ceil(order.length / batchSize);
  return Array.from({ length: count }, (_, b) =>
    order.subarray(Math.floor((order.length * b) / count), Math.floor((order.length * (b + 1)) / count)),
  );
}

/** The samples of a batch, side by side. */
export function gatherBatch({ data, size }: Samples, index: Int32Array): Float32Array {
  const out = new Float32Array(index.length * size);
  for (let i = 0; i < index.length; i++) out.set(data.subarray(index[i] * size, (index[i] + 1) * size), i * size);
  return out;
}

/** One-hot rows, smoothed: 1 − s + s/k for the class, s/k for the others. */
export function targetRows(codes: Int32Array, index: Int32Array, classes: number, smoothing: number): Float32Array {
  const out = new Float32Array(index.length * classes).fill(smoothing / classes);
  for (let i = 0; i < index.length; i++) out[i * classes + codes[index[i]]] += 1 - smoothing;
  return out;
}
