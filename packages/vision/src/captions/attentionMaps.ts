import { toRgb } from "../images/color.js";
import { resize } from "../images/geometry.js";
import { checkImage, type Image, requireBytes } from "../images/image.js";

/**
 * A picture as a decoder saw it while it said a word: bright where it looked, dark where it did not.
 *
 * @param attention share of each region, a square grid row by row
 * @throws RangeError if the regions are no square grid
 */
export function attentionMap(picture: Image, attention: Float32Array): Image {
  const fn = "attentionMap";
  checkImage(fn, picture);
  requireBytes(fn, picture);
  const grid = Math.round(Math.sqrt(attention.length));
  if (grid * grid !== attention.length || grid === 0) {
    throw new RangeError(`${fn}: attention must be a square grid of regions, got ${attention.length}.`);
  }
  const rgb = toRgb(picture);
  const { width, height } = rgb;
  const most = attention.reduce((a, b) => Math.max(a, b), 0) || 1;
  const small = { data: attention.map((a) => a / most), width: grid, height: grid, channels: 1 };
  const light = resize(small, { width, height, interpolation: "cubic" });
  const data = rgb.data.map((v, i) => {
    const share = Math.min(1, Math.max(0, light.data[Math.floor(i / 3)]));
    return Math.round(v * (0.25 + 0.75 * share));
  });
  return { data, width, height, channels: 3 };
}
