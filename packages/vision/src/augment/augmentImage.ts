import { createRandom, type Rng } from "@earshot/models";
import { crop, flip, resize } from "../images/geometry.js";
import { checkImage, type Image, requireBytes, requireRange } from "../images/image.js";
import { type AffineMatrix, warpAffine } from "../images/warp.js";

/** What may happen to an image; what is left out does not. */
export interface ImageAugmentation {
  /** Chance of a mirror image, in [0, 1]. */
  flip?: number;
  /** Degrees to either side. */
  rotate?: number;
  /** Share of the size, to either side: 0.1 scales by 0.9 to 1.1. */
  scale?: number;
  /** Share of width and height, to either side. */
  shift?: number;
  /** Share that a random window leaves away, at most; the rest is scaled up. */
  crop?: number;
  /** Grey values to either side. */
  brightness?: number;
  /** Share of the contrast, to either side. */
  contrast?: number;
  /** Share of the colourfulness, to either side. */
  saturation?: number;
  /** Largest deviation of added noise, in grey values. */
  noise?: number;
  /** Largest side of a grey square put over the image, as a share of its sides. */
  erase?: number;
}

const most: Required<ImageAugmentation> = {
  flip: 1,
  rotate: 180,
  scale: 0.9,
  shift: 1,
  crop: 0.9,
  brightness: 255,
  contrast: 1,
  saturation: 1,
  noise: 255,
  erase: 1,
};

/**
 * What changes images at random, the same way for the same seed and number.
 *
 * @param options.seed whole number
 * @returns a function of an image of bytes and a number that tells copies apart; the image itself stays as it is
 * @throws RangeError for an unknown name or a value out of range
 */
export function imageAugmenter(
  what: ImageAugmentation,
  { seed }: { seed: number },
): (image: Image, number: number) => Image {
  const fn = "imageAugmenter";
  for (const [name, value] of Object.entries(what)) {
    if (!Object.hasOwn(most, name)) {
      throw new RangeError(`${fn}: there is no "${name}"; known are ${Object.keys(most).join(", ")}.`);
    }
    requireRange(fn, name, value, 0, most[name as keyof ImageAugmentation]);
  }
  return (image, number) => {
    checkImage(fn, image);
    requireBytes(fn, image);
    return light(move(image, what, createRandom(seed, number)), what, createRandom(seed, number + 0x40000000));
  };
}

const either = (rng: Rng, width = 0): number => width * (2 * rng.next() - 1);

function move(image: Image, what: ImageAugmentation, rng: Rng): Image {
  let out = image;
  if (what.flip && rng.next() < what.flip) out = flip(out, "horizontal");
  if (what.crop) {
    const keep = 1 - what.crop * rng.next();
    const width = Math.max(1, Math.round(out.width * keep));
    const height = Math.max(1, Math.round(out.height * keep));
    const window = { x: rng.below(out.width - width + 1), y: rng.below(out.height - height + 1), width, height };
    out = resize(crop(out, window), { width: image.width, height: image.height, interpolation: "linear" });
  }
  if (what.rotate || what.scale || what.shift) {
    const radians = (either(rng, what.rotate) * Math.PI) / 180;
    const scale = 1 + either(rng, what.scale);
    const [cos, sin] = [scale * Math.cos(radians), scale * Math.sin(radians)];
    const [cx, cy] = [(out.width - 1) / 2, (out.height - 1) / 2];
    const [dx, dy] = [either(rng, what.shift) * out.width, either(rng, what.shift) * out.height];
    const matrix: AffineMatrix = [cos, sin, cx - cos * cx - sin * cy + dx, -sin, cos, cy + sin * cx - cos * cy + dy];
    out = warpAffine(out, matrix, { border: "replicate" });
  }
  return out;
}

function light(image: Image, what: ImageAugmentation, rng: Rng): Image {
  const { width, height, channels } = image;
  const data = image.data.slice();
  const gain = 1 + either(rng, what.contrast);
  const offset = either(rng, what.brightness);
  const color = 1 + either(rng, what.saturation);
  const deviation = (what.noise ?? 0) * rng.next();
  const colors = Math.min(3, channels);
  for (let i = 0; i < data.length; i += channels) {
    const gray = colors === 3 ? 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2] : data[i];
    for (let c = 0; c < colors; c++) {
      const colored = gray + color * (data[i + c] - gray);
      const noise = deviation > 0 ? deviation * rng.normal() : 0;
      data[i + c] = Math.min(255, Math.max(0, Math.round((colored - 128) * gain + 128 + offset + noise)));
    }
  }
  if (what.erase) {
    const [w, h] = [Math.round(width * what.erase * rng.next()), Math.round(height * what.erase * rng.next())];
    const [x0, y0] = [rng.below(width - w + 1), rng.below(height - h + 1)];
    for (let y = y0; y < y0 + h; y++) data.fill(128, (y * width + x0) * channels, (y * width + x0 + w) * channels);
  }
  return { data, width, height, channels };
}
