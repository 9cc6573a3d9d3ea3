import { createRandom, type Rng } from "@earshot/models";
import { createImage, type Image } from "@earshot/vision";

const colors: Record<string, readonly [number, number, number]> = {
  red: [205, 45, 40],
  green: [50, 160, 60],
  blue: [40, 80, 200],
  yellow: [235, 210, 60],
  white: [240, 240, 240],
};
const grounds: Record<string, readonly [number, number, number]> = {
  grass: [110, 150, 80],
  sand: [200, 180, 140],
  snow: [225, 230, 240],
};
const shapes = ["ball", "box"] as const;

/** A drawn picture with sentences about it. */
export interface DrawnScene {
  id: string;
  captions: string[];
  read(): Promise<Image>;
}

const pick = <T>(list: readonly T[], rng: Rng): T => list[rng.below(list.length)];

/** Two things on a ground, and three ways to say so: a corpus for a recipe without data. */
export function drawScenes(count: number, seed: number): DrawnScene[] {
  return Array.from({ length: count }, (_, i) => {
    const rng = createRandom(seed, 100 + i);
    const ground = pick(Object.keys(grounds), rng);
    const [left, right] = [0, 1].map(() => ({ color: pick(Object.keys(colors), rng), shape: pick(shapes, rng) }));
    const [a, b] = [left, right].map(({ color, shape }) => `${color} ${shape}`);
    const picture = draw(grounds[ground], [left, right], rng);
    return {
      id: `scene${i + 1}`,
      captions: [
        `a ${a} beside a ${b} on ${ground}`,
        `a ${a} is left of a ${b} on the ${ground}`,
        `there is a ${a} and a ${b} on ${ground}`,
      ],
      read: async () => picture,
    };
  });
}

function draw(
  ground: readonly number[],
  things: readonly { color: string; shape: (typeof shapes)[number] }[],
  rng: Rng,
): Image {
  const [width, height] = [96, 64];
  const image = createImage(width, height, 3);
  const places = things.map((thing, i) => ({
    ...thing,
    x: 24 + 48 * i + 6 * (rng.next() - 0.5),
    y: 34 + 8 * (rng.next() - 0.5),
    radius: 12 + 5 * rng.next(),
  }));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = places.find(({ shape, x: cx, y: cy, radius }) =>
        shape === "ball"
          ? (x - cx) ** 2 + (y - cy) ** 2 < radius ** 2
          : Math.max(Math.abs(x - cx), Math.abs(y - cy)) < 0.85 * radius,
      );
      const color = inside ? colors[inside.color] : ground;
      for (let c = 0; c < 3; c++) {
        image.data[(y * width + x) * 3 + c] = Math.min(255, Math.max(0, Math.round(color[c] + 10 * rng.normal())));
      }
    }
  }
  return image;
}
