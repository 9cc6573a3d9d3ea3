import { createRandom } from "@earshot/models";
import { resize } from "../images/geometry.js";
import type { Image, Point } from "../images/image.js";
import { warpAffine } from "../images/warp.js";

/** Options of {@link makeScene}. */
export interface MakeSceneOptions {
  seed: number;
  /** Default 320 × 240. */
  width?: number;
  height?: number;
  /** Sides of the template, drawn between these (default 40 to 72). */
  sides?: readonly [number, number];
  /** Default [0.8, 1.25]. */
  scales?: readonly [number, number];
  /** Degrees (default [−15, 15]). */
  angles?: readonly [number, number];
  /** Deviation of the noise in grey values (default 8). */
  noise?: number;
}

/** A scene with a template somewhere in it, and where. */
export interface MadeScene {
  scene: Image;
  template: Image;
  center: Point;
  scale: number;
  angle: number;
}

/**
 * A grey scene of blotches and shapes with one template in it, turned, scaled, under other light and noise: truth to judge searches by.
 *
 * @returns the same scene for the same seed, on every machine
 */
export function makeScene(options: MakeSceneOptions): MadeScene {
  const { width = 320, height = 240, sides = [40, 72], scales = [0.8, 1.25], angles = [-15, 15], noise = 8 } = options;
  const random = createRandom(options.seed);
  const between = ([low, high]: readonly [number, number]): number => low + (high - low) * random.next();
  const picture = (w: number, h: number, shapes: number): Image => {
    const image = blotches(w, h, random);
    for (let i = 0; i < shapes; i++) addShape(image, random);
    return image;
  };
  const [w, h] = [Math.round(between(sides)), Math.round(between(sides))];
  const template = picture(w, h, 4);
  const background = picture(width, height, 25);
  const [scale, angle] = [between(scales), between(angles)];
  const radians = (angle * Math.PI) / 180;
  const [cos, sin] = [scale * Math.cos(radians), scale * Math.sin(radians)];
  const halfX = (Math.abs(cos) * w + Math.abs(sin) * h) / 2 + 1;
  const halfY = (Math.abs(sin) * w + Math.abs(cos) * h) / 2 + 1;
  const center = { x: between([halfX, width - halfX]), y: between([halfY, height - halfY]) };
  const [tx, ty] = [center.x - 0.5, center.y - 0.5];
  const [cx, cy] = [(w - 1) / 2, (h - 1) / 2];
  const matrix = [cos, sin, tx - cos * cx - sin * cy, -sin, cos, ty + sin * cx - cos * cy] as const;
  const placed = warpAffine(template, matrix, { width, height, border: "replicate" });
  const cover = warpAffine({ ...template, data: new Uint8Array(w * h).fill(255) }, matrix, { width, height });
  const [gain, offset] = [between([0.75, 1.2]), between([-25, 25])];
  const data = background.data.map((v, i) => {
    const share = cover.data[i] / 255;
    const lit = (share * placed.data[i] + (1 - share) * v) * gain + offset;
    return Math.min(255, Math.max(0, Math.round(lit + noise * random.normal())));
  });
  return { scene: { data, width, height, channels: 1 }, template, center, scale, angle };
}

type Random = ReturnType<typeof createRandom>;

/** Smooth light and dark, from noise of two sizes. */
function blotches(width: number, height: number, random: Random): Image {
  const layer = (cell: number): Image => {
    const [w, h] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1];
    const data = Uint8Array.from({ length: w * h }, () => Math.floor(256 * random.next()));
    return resize({ data, width: w, height: h, channels: 1 }, { width, height, interpolation: "cubic" });
  };
  const [large, small] = [layer(32), layer(9)];
  const data = large.data.map((v, i) => 0.6 * v + 0.4 * small.data[i]);
  return { data, width, height, channels: 1 };
}

/** An ellipse or a rectangle of one grey. */
function addShape({ data, width, height }: Image, random: Random): void {
  const [cx, cy] = [width * random.next(), height * random.next()];
  const side = Math.min(width, height);
  const [rx, ry] = [side * (0.05 + 0.15 * random.next()), side * (0.05 + 0.15 * random.next())];
  const gray = Math.floor(256 * random.next());
  const round = random.next() < 0.5;
  for (let y = Math.max(0, Math.floor(cy - ry)); y < Math.min(height, cy + ry); y++) {
    for (let x = Math.max(0, Math.floor(cx - rx)); x < Math.min(width, cx + rx); x++) {
      const [u, v] = [(x - cx) / rx, (y - cy) / ry];
      if (round ? u * u + v * v < 1 : Math.abs(u) < 1 && Math.abs(v) < 1) data[y * width + x] = gray;
    }
  }
}
