import { tf } from "@earshot/engine";
import type { Rng } from "../core/random.js";

/** Options of {@link augmentBoth}. */
export interface AugmentOptions {
  /** Largest shift in time, frames (default 0). */
  shift?: number;
  /** Largest shift in frequency, bands (default 0). */
  bands?: number;
  /** Largest change of level, as a share of the range from −1 to 1 (default 0). */
  level?: number;
  /** Share of frames, and of bands, of a rectangle that is blanked (default 0: none). */
  cutout?: number;
}

/**
 * The same kinds of change for recordings and made-up spectrograms before the discriminator sees them, so that it cannot learn few
 * recordings by heart and the generator never learns to make the changes themselves. Gradients pass.
 *
 * @param x [n, frames, bands, 1]; what is shifted in from outside is −1
 * @returns a function for one batch: every call draws anew
 * Source: Zhao et al. 2020, differentiable augmentation.
 */
export function augmentBoth(x: tf.Tensor, { shift = 0, bands = 0, level = 0, cutout = 0 }: AugmentOptions, rng: Rng) {
  const [n, frames, cols] = x.shape as [number, number, number];
  let y = x;
  if (shift > 0)
    y = shiftFrames(
      y,
      Int32Array.from({ length: n }, () => rng.below(2 * shift + 1) - shift),
    );
  if (bands > 0) {
    // One shift for the batch: bands lie side by side in memory, and a slice of all is a copy alone.
    const by = rng.below(2 * bands + 1) - bands;
    const [before, after] = [Math.max(by, 0), Math.max(-by, 0)];
    const padded = tf.pad(
      y as tf.Tensor4D,
      [
        [0, 0],
        [0, 0],
        [before, after],
        [0, 0],
      ],
      -1,
    );
    y = tf.slice(padded, [0, 0, after, 0], [n, frames, cols, 1]);
  }
  if (level > 0) {
    const by = Float32Array.from({ length: n }, () => (2 * rng.next() - 1) * 2 * level);
    // The floor stays the floor: silence has no level to change.
    const above = tf.div(tf.add(y, 1), 2);
    y = tf.add(y, tf.mul(tf.tensor4d(by, [n, 1, 1, 1]), above));
  }
  if (cutout > 0) {
    const mask = new Float32Array(n * frames * cols).fill(1);
    const [h, w] = [Math.round(cutout * frames), Math.round(cutout * cols)];
    for (let i = 0; i < n; i++) {
      const [top, left] = [rng.below(frames - h + 1), rng.below(cols - w + 1)];
      for (let t = top; t < top + h; t++)
        mask.fill(0, (i * frames + t) * cols + left, (i * frames + t) * cols + left + w);
    }
    const kept = tf.tensor4d(mask, [n, frames, cols, 1]);
    y = tf.add(tf.mul(y, kept), tf.sub(kept, 1));
  }
  return y;
}

/** Each sample moved in time on its own, by rows that are gathered. */
function shiftFrames(x: tf.Tensor, by: Int32Array): tf.Tensor {
  const [n, frames, cols] = x.shape as [number, number, number];
  const outside = n * frames;
  const rows = Int32Array.from({ length: n * frames }, (_, row) => {
    const [i, t] = [Math.floor(row / frames), row % frames];
    const from = t - by[i];
    return from < 0 || from >= frames ? outside : i * frames + from;
  });
  const table = tf.concat([tf.reshape(x, [n * frames, cols]), tf.fill([1, cols], -1)], 0);
  return tf.reshape(tf.gather(table, tf.tensor1d(rows, "int32")), [n, frames, cols, 1]);
}
