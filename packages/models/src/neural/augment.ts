import type { Rng } from "../core/random.js";
import { type Distortion, distortPicture, mirrorPicture, movePicture } from "./distort.js";
import { type Warp, warpBands } from "./warp.js";

/** Changes made to every batch while training; drawn from the seed. */
export interface BatchAugmentation {
  /** Mixes each sample and its targets with another's; the share follows Beta(alpha, alpha). Source: Zhang et al. 2018. */
  mixUp?: number;
  /**
   * Puts a box of another sample's frames and features into each, and mixes the targets by area; the share kept follows Beta(alpha, alpha).
   * With mixUp as well, each batch gets one of the two. Source: Yun et al. 2019.
   */
  cutMix?: number;
  /** Bands of frames and features set to the sample's mean: on [frames, features]. Source: Park et al. 2019 (SpecAugment). */
  mask?: { frames?: number; features?: number; count?: number };
  /** Shifts by up to this many frames, in either direction; the end comes back at the beginning. */
  shift?: number;
  /** Chance of a mirror image: of pictures [height, width (, channels)], left and right change sides. */
  flip?: number;
  /** Moves pictures by up to this many whole pixels in both directions; what comes in is 0. */
  crop?: number;
  /** Stretches time and features of [frames, features]. */
  warp?: Warp;
  /** Turns, scales, moves and bends pictures [height, width (, channels)]. */
  distort?: Distortion;
  /** Adds normal noise of this deviation. */
  noise?: number;
}

/** Gamma deviate of shape a (Marsaglia & Tsang 2000; the boost for a < 1). */
function gamma(a: number, rng: Rng): number {
  if (a < 1) return gamma(a + 1, rng) * (1 - rng.next()) ** (1 / a);
  const d = a - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = rng.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - rng.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A batch to change in place: `n` samples of a shape, and their target rows. */
export interface Batch {
  data: Float32Array;
  targets: Float32Array;
  n: number;
  shape: readonly number[];
}

/** Flips, crops, distorts, warps, shifts, masks, adds noise, then mixes; in place. */
export function augmentBatch(
  batch: Batch,
  { mixUp, cutMix, mask, shift, flip, crop, warp, distort, noise }: BatchAugmentation,
  rng: Rng,
): void {
  const size = batch.data.length / batch.n;
  for (let i = 0; i < batch.n; i++) {
    const sample = batch.data.subarray(i * size, (i + 1) * size);
    if (flip && rng.next() < flip) mirrorPicture(sample, batch.shape);
    if (crop) movePicture(sample, batch.shape, rng.below(2 * crop + 1) - crop, rng.below(2 * crop + 1) - crop);
    if (distort) distortPicture(sample, batch.shape, distort, rng);
    if (warp) warpBands(sample, batch.shape, warp, rng);
    if (shift) shiftFrames(sample, batch.shape[0], rng.below(2 * shift + 1) - shift);
    if (mask) maskBands(sample, batch.shape, mask, rng);
    if (noise) for (let k = 0; k < size; k++) sample[k] += noise * rng.normal();
  }
  if (batch.n < 2) return;
  if (cutMix && !(mixUp && rng.next() < 0.5)) paste(batch, cutMix, rng);
  else if (mixUp) mix(batch, mixUp, rng);
}

function shiftFrames(sample: Float32Array, frames: number, by: number): void {
  const row = sample.length / frames;
  const turned = sample.slice();
  const offset = (((by % frames) + frames) % frames) * row;
  sample.set(turned.subarray(0, sample.length - offset), offset);
  sample.set(turned.subarray(sample.length - offset), 0);
}

function maskBands(
  sample: Float32Array,
  [frames, features = 1]: readonly number[],
  { frames: longest = 0, features: widest = 0, count = 2 }: NonNullable<BatchAugmentation["mask"]>,
  rng: Rng,
): void {
  const depth = sample.length / (frames * features);
  const row = features * depth;
  const mean = sample.reduce((a, b) => a + b, 0) / sample.length;
  for (let k = 0; k < count; k++) {
    const length = rng.below(Math.min(longest, frames) + 1);
    const from = rng.below(frames - length + 1);
    sample.fill(mean, from * row, (from + length) * row);
    const width = rng.below(Math.min(widest, features) + 1);
    const first = rng.below(features - width + 1) * depth;
    for (let f = 0; f < frames; f++) sample.fill(mean, f * row + first, f * row + first + width * depth);
  }
}

/** A deviate of Beta(alpha, alpha). */
function beta(alpha: number, rng: Rng): number {
  const [x, y] = [gamma(alpha, rng), gamma(alpha, rng)];
  return x + y > 0 ? x / (x + y) : 0.5;
}

function mix({ data, targets, n }: Batch, alpha: number, rng: Rng): void {
  // At least half of a sample stays its own.
  const drawn = beta(alpha, rng);
  const share = Math.max(drawn, 1 - drawn);
  const [before, wanted] = [data.slice(), targets.slice()];
  const turn = 1 + rng.below(n - 1);
  blend(data, before, n, turn, share);
  blend(targets, wanted, n, turn, share);
}

function paste({ data, targets, n, shape }: Batch, alpha: number, rng: Rng): void {
  const [frames, features = 1] = shape;
  const [size, depth] = [data.length / n, data.length / n / (frames * features)];
  const share = 1 - beta(alpha, rng);
  // Rows of a table have one axis to cut along.
  const side = frames > 1 && features > 1 ? Math.sqrt(share) : share;
  const [top, bottom] = span(frames, side, rng);
  const [left, right] = span(features, side, rng);
  const [before, wanted] = [data.slice(), targets.slice()];
  const turn = 1 + rng.below(n - 1);
  for (let i = 0; i < n; i++) {
    const other = ((i + turn) % n) * size;
    for (let f = top; f < bottom; f++) {
      const [from, to] = [(f * features + left) * depth, (f * features + right) * depth];
      data.set(before.subarray(other + from, other + to), i * size + from);
    }
  }
  blend(targets, wanted, n, turn, 1 - ((bottom - top) * (right - left)) / (frames * features));
}

/** From where to where a side of a box goes: round a random middle, cut at the borders. */
function span(length: number, side: number, rng: Rng): [number, number] {
  if (length === 1) return [0, 1];
  const [middle, half] = [rng.below(length), (length * side) / 2];
  return [Math.max(0, Math.round(middle - half)), Math.min(length, Math.round(middle + half))];
}

function blend(out: Float32Array, from: Float32Array, n: number, turn: number, share: number): void {
  const size = from.length / n;
  for (let i = 0; i < n; i++) {
    const other = ((i + turn) % n) * size;
    for (let k = 0; k < size; k++) out[i * size + k] = share * from[i * size + k] + (1 - share) * from[other + k];
  }
}
