import { conv2d, dense, tf } from "@earshot/engine";
import type { Rng } from "../core/random.js";
import { createParameters, type Parameters } from "./parameters.js";
import { stretch } from "./stretch.js";

export interface DenoiserOptions {
  /** Frames and bands of what is made; the picture halves once at the entrance, and once more with every level after the first. */
  shape: readonly [number, number];
  classes: number;
  /** Channels of the levels, from the smallest picture to the largest. */
  channels: readonly number[];
}

/** A network that tells a spectrogram from the noise on top of it. */
export interface Denoiser {
  readonly parameters: Parameters;
  /**
   * @param noisy n pictures of patches (`toPatches`), scaled to unit variance
   * @param levels logarithm of the noise's deviation, n
   * @param codes class of each; −1 for a picture of any class
   * @returns [n, frames · bands] in the order of patches
   */
  apply(noisy: Float32Array, levels: readonly number[], codes: readonly number[]): tf.Tensor2D;
}

/** Edge of the patches that become the channels of the entrance: a quarter of the places, each with four values. */
const patch = 2;

/** Places of the noise's level on a soft scale: from silence's rustle to nothing but noise. */
const marks = Array.from({ length: 8 }, (_, i) => -4 + i);

/**
 * A U of residual blocks: down to a small picture, where class and level of the noise move every place, and up again with what was seen on
 * the way down. Class and level also enter with the picture.
 *
 * Source: Ho, Jain & Abbeel 2020 for the shape; blocks whose last convolution begins at zero in place of normalisation, Zhang, Dauphin & Ma 2019.
 * @throws RangeError if the shape cannot be halved so often
 */
export function createDenoiser({ shape, classes, channels }: DenoiserOptions, rng: Rng): Denoiser {
  const levels = channels.length;
  const [height, width] = shape.map((length) => length / patch);
  const small = [height, width].map((length) => length / 2 ** (levels - 1));
  if (!small.every((length) => Number.isInteger(length) && length >= 1)) {
    throw new RangeError(
      `createDenoiser: ${levels} levels need frames and bands that are multiples of ${patch * 2 ** (levels - 1)}, got ${shape.join(" × ")}.`,
    );
  }
  const parameters = createParameters(rng);
  const widths = [...channels].reverse();
  const told = classes + marks.length;
  const entrance = 8 * Math.ceil((patch * patch + told) / 8);

  const convolution = (from: number, to: number, strides = 1) => {
    const kernel = parameters.make("heNormal", [3, 3, from, to]);
    const bias = parameters.make("zeros", [to]);
    return (x: tf.Tensor): tf.Tensor => conv2d(x, kernel, bias, { strides });
  };
  const block = (channels: number) => {
    const first = parameters.make("heNormal", [3, 3, channels, channels]);
    const second = parameters.make("zeros", [3, 3, channels, channels]);
    const [bias, offset] = [parameters.make("zeros", [channels]), parameters.make("zeros", [channels])];
    return (x: tf.Tensor): tf.Tensor =>
      tf.add(x, conv2d(conv2d(tf.relu(x), first, bias, { relu: true }), second, offset));
  };

  const enter = convolution(entrance, widths[0]);
  const down = widths.map((channels, i) => ({
    // A ReLU before each way down and up: else two linear maps would follow each other.
    narrow: i === 0 ? undefined : convolution(widths[i - 1], channels, 2),
    block: block(channels),
  }));
  const deep = widths[levels - 1];
  const moved = parameters.make("glorotNormal", [told, small[0] * small[1] * deep]);
  const middle = block(deep);
  const up = widths.map((channels, i) => ({
    widen: i === 0 ? undefined : convolution(channels, widths[i - 1]),
    block: block(channels),
  }));
  const last = parameters.make("zeros", [3, 3, widths[0], 8 * Math.ceil((patch * patch) / 8)]);
  const bias = parameters.make("zeros", [patch * patch]);

  return {
    parameters,
    apply(noisy, levelsOf, codes) {
      const n = codes.length;
      const { picture, row } = tellInputs(noisy, levelsOf, codes, { classes, entrance, places: height * width });
      let h = enter(tf.tensor4d(picture, [n, height, width, entrance]));
      const seen: tf.Tensor[] = [];
      for (const { narrow, block } of down) {
        if (narrow) h = narrow(tf.relu(h));
        h = block(h);
        seen.push(h);
      }
      h = tf.add(h, tf.reshape(dense(tf.tensor2d(row, [n, told]), moved), h.shape));
      h = middle(h);
      for (let i = levels - 1; i >= 0; i--) {
        const { widen, block } = up[i];
        h = block(h);
        if (!widen) break;
        const [, rows, cols] = seen[i - 1].shape as number[];
        h = tf.add(tf.image.resizeNearestNeighbor(widen(tf.relu(h)) as tf.Tensor4D, [rows, cols]), seen[i - 1]);
      }
      const out = stretch(conv2d(tf.relu(h), last), 3, 0, patch * patch);
      return tf.reshape(tf.add(out, bias), [n, -1]);
    },
  };
}

/** The picture with class and level of the noise at every place, and both as a row. */
function tellInputs(
  noisy: Float32Array,
  levels: readonly number[],
  codes: readonly number[],
  { classes, entrance, places }: { classes: number; entrance: number; places: number },
) {
  const n = codes.length;
  const own = patch * patch;
  const told = classes + marks.length;
  const row = new Float32Array(n * told);
  const picture = new Float32Array(n * places * entrance);
  for (let i = 0; i < n; i++) {
    const facts = row.subarray(i * told, (i + 1) * told);
    if (codes[i] >= 0) facts[codes[i]] = 1;
    for (const [k, mark] of marks.entries()) facts[classes + k] = Math.exp(-((levels[i] - mark) ** 2) / 2);
    for (let p = 0; p < places; p++) {
      const to = (i * places + p) * entrance;
      const from = (i * places + p) * own;
      for (let k = 0; k < own; k++) picture[to + k] = noisy[from + k];
      for (let k = 0; k < told; k++) picture[to + own + k] = facts[k];
    }
  }
  return { picture, row };
}

/** Spectrograms, frames × bands, with the values of each patch side by side. */
export function toPatches(values: Float32Array, [frames, bands]: readonly [number, number]): Float32Array {
  const out = new Float32Array(values.length);
  movePatches(values.length, [frames, bands], (plain, patched) => {
    out[patched] = values[plain];
  });
  return out;
}

/** The way back from `toPatches`. */
export function fromPatches(values: Float32Array, [frames, bands]: readonly [number, number]): Float32Array {
  const out = new Float32Array(values.length);
  movePatches(values.length, [frames, bands], (plain, patched) => {
    out[plain] = values[patched];
  });
  return out;
}

function movePatches(
  length: number,
  [frames, bands]: readonly [number, number],
  move: (plain: number, patched: number) => void,
): void {
  let patched = 0;
  for (let start = 0; start < length; start += frames * bands) {
    for (let t = 0; t < frames; t += patch) {
      for (let b = 0; b < bands; b += patch) {
        for (let k = 0; k < patch * patch; k++) {
          move(start + (t + Math.floor(k / patch)) * bands + b + (k % patch), patched++);
        }
      }
    }
  }
}
