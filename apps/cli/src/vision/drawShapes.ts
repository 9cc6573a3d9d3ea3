import { createRandom, type Rng } from "@earshot/models";
import { createImage, type Image } from "@earshot/vision";
import type { LabelledPictures, TransferCorpus } from "./transferCorpus.js";

/** Inside of a shape round (0, 0) that reaches about 1 in all directions. */
type Inside = (x: number, y: number) => boolean;

const triangle: Inside = (x, y) => y < 0.7 && y > 1.8 * Math.abs(x) - 0.9;

/** Shapes that a network learns first, and those that it then learns from few. */
const sourceShapes: Record<string, Inside> = {
  disc: (x, y) => x * x + y * y < 0.75,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.75,
  triangle,
  ring: (x, y) => Math.abs(x * x + y * y - 0.55) < 0.25,
  plus: (x, y) => Math.min(Math.abs(x), Math.abs(y)) < 0.25 && Math.max(Math.abs(x), Math.abs(y)) < 0.9,
  bars: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.85 && Math.abs(y) > 0.3,
};
const targetShapes: Record<string, Inside> = {
  diamond: (x, y) => Math.abs(x) + Math.abs(y) < 0.95,
  moon: (x, y) => x * x + y * y < 0.8 && (x - 0.45) ** 2 + y * y > 0.5,
  frame: (x, y) => Math.abs(Math.max(Math.abs(x), Math.abs(y)) - 0.65) < 0.2,
  cross: (x, y) => Math.abs(Math.abs(x) - Math.abs(y)) < 0.3 && Math.max(Math.abs(x), Math.abs(y)) < 0.8,
  arrow: (x, y) => (y < 0 && triangle(x, y)) || (Math.abs(x) < 0.2 && y >= 0 && y < 0.9),
};

const SIDE = 32;

/** A shape of any colour, size, turn and place on a ground of another colour, with noise. */
function draw(inside: Inside, rng: Rng): Image {
  const between = (low: number, high: number): number => low + (high - low) * rng.next();
  const image = createImage(SIDE, SIDE, 3);
  const [ground, drawn] = [0, 1].map(() => [between(20, 235), between(20, 235), between(20, 235)]);
  // Ink and ground must differ.
  const apart = drawn.reduce((sum, v, c) => sum + Math.abs(v - ground[c]), 0);
  const ink = apart < 120 ? drawn.map((v) => (v + 128) % 256) : drawn;
  const [cx, cy, radius, angle] = [between(13, 19), between(13, 19), between(8, 12), between(-0.3, 0.3)];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [u, v] = [(x - cx) / radius, (y - cy) / radius];
      const color = inside(cos * u + sin * v, cos * v - sin * u) ? ink : ground;
      for (let c = 0; c < 3; c++) {
        image.data[(y * SIDE + x) * 3 + c] = Math.min(255, Math.max(0, Math.round(color[c] + 12 * rng.normal())));
      }
    }
  }
  return image;
}

function drawAll(shapes: Record<string, Inside>, each: number, seed: number): LabelledPictures {
  const names = Object.keys(shapes);
  const rng = createRandom(seed, 11);
  const labels = Array.from({ length: each * names.length }, (_, i) => names[i % names.length]);
  return {
    labels,
    ids: labels.map((name, i) => `${name}/${Math.floor(i / names.length) + 1}`),
    pictures: labels.map((name) => draw(shapes[name], rng)),
  };
}

/** Shapes for a recipe without data: many to learn from first, and others of which there are few. */
export function drawShapes(
  { source, train, test }: { source: number; train: number; test: number },
  seed: number,
): TransferCorpus & { source: LabelledPictures } {
  return {
    title: "drawn shapes",
    split: "drawn apart",
    classes: Object.keys(targetShapes).sort(),
    source: drawAll(sourceShapes, Math.ceil(source / Object.keys(sourceShapes).length), seed),
    train: drawAll(targetShapes, train, seed + 1),
    test: drawAll(targetShapes, test, seed + 2),
  };
}
