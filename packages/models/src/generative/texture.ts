import { createFft } from "@earshot/dsp";
import type { Rng } from "../core/random.js";

/** Pictures whose grain hangs together as that of others: clicks run through all bands, tones through all frames. */
export interface Texture {
  /** Adds the strength of each ripple in time and frequency of a picture to `sums`; both frames × bands. */
  add(picture: Float32Array, sums: Float64Array): void;
  /**
   * A picture of normal deviates with ripples of these strengths, each at a place of its own.
   *
   * @param strengths mean of what `add` sums over some pictures
   * @returns frames × bands, with the mean square that those pictures had
   */
  draw(strengths: ArrayLike<number>, rng: Rng): Float32Array;
}

/** Source: Galerne, Gousseau & Morel 2011, random phase textures. */
export function createTexture([frames, bands]: readonly [number, number]): Texture {
  const size = frames * bands;
  const [along, across] = [createFft(frames), createFft(bands)];
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  const column = { re: new Float64Array(frames), im: new Float64Array(frames) };
  const transform = (way: "forward" | "inverse"): void => {
    for (let t = 0; t < size; t += bands) across[way](re.subarray(t, t + bands), im.subarray(t, t + bands));
    for (let b = 0; b < bands; b++) {
      for (let t = 0; t < frames; t++) {
        column.re[t] = re[t * bands + b];
        column.im[t] = im[t * bands + b];
      }
      along[way](column.re, column.im);
      for (let t = 0; t < frames; t++) {
        re[t * bands + b] = column.re[t];
        im[t * bands + b] = column.im[t];
      }
    }
  };
  return {
    add(picture, sums) {
      re.set(picture);
      im.fill(0);
      transform("forward");
      for (let k = 0; k < size; k++) sums[k] += (re[k] ** 2 + im[k] ** 2) / size;
    },
    draw(strengths, rng) {
      for (let k = 0; k < size; k++) re[k] = rng.normal();
      im.fill(0);
      transform("forward");
      for (let k = 0; k < size; k++) {
        const gain = Math.sqrt(strengths[k]);
        re[k] *= gain;
        im[k] *= gain;
      }
      transform("inverse");
      return Float32Array.from(re);
    },
  };
}
