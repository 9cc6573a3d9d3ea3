import type { Corpus, CorpusInfo, Item } from "@earshot/datasets";
import type { GrayImage } from "@earshot/datasets/node";
import { createRng, type Rng } from "@earshot/dsp";

type Point = readonly [x: number, y: number];

/** Each digit as strokes in a box of 1 × 1, y downwards. */
const strokes: readonly (readonly (readonly Point[])[])[] = [
  [
    [
      [0.5, 0.05],
      [0.2, 0.25],
      [0.2, 0.75],
      [0.5, 0.95],
      [0.8, 0.75],
      [0.8, 0.25],
      [0.5, 0.05],
    ],
  ],
  [
    [
      [0.3, 0.25],
      [0.55, 0.05],
      [0.55, 0.95],
    ],
  ],
  [
    [
      [0.2, 0.25],
      [0.45, 0.05],
      [0.75, 0.2],
      [0.7, 0.45],
      [0.2, 0.95],
      [0.8, 0.95],
    ],
  ],
  [
    [
      [0.2, 0.1],
      [0.6, 0.05],
      [0.75, 0.25],
      [0.45, 0.48],
      [0.78, 0.72],
      [0.55, 0.95],
      [0.2, 0.88],
    ],
  ],
  [
    [
      [0.65, 0.95],
      [0.65, 0.05],
      [0.15, 0.65],
      [0.85, 0.65],
    ],
  ],
  [
    [
      [0.75, 0.05],
      [0.3, 0.05],
      [0.25, 0.45],
      [0.6, 0.42],
      [0.78, 0.68],
      [0.55, 0.95],
      [0.2, 0.88],
    ],
  ],
  [
    [
      [0.7, 0.05],
      [0.35, 0.35],
      [0.22, 0.72],
      [0.5, 0.95],
      [0.77, 0.72],
      [0.5, 0.52],
      [0.25, 0.68],
    ],
  ],
  [
    [
      [0.18, 0.05],
      [0.82, 0.05],
      [0.42, 0.95],
    ],
  ],
  [
    [
      [0.5, 0.48],
      [0.25, 0.28],
      [0.5, 0.05],
      [0.75, 0.28],
      [0.5, 0.48],
      [0.2, 0.74],
      [0.5, 0.95],
      [0.8, 0.74],
      [0.5, 0.48],
    ],
  ],
  [
    [
      [0.75, 0.3],
      [0.5, 0.48],
      [0.25, 0.28],
      [0.5, 0.05],
      [0.75, 0.28],
      [0.72, 0.6],
      [0.55, 0.95],
    ],
  ],
];

const syntheticDigitsInfo: CorpusInfo = {
  name: "syntheticDigits",
  title: "made-up handwritten digits",
  licence: "MIT, as Earshot itself",
  citation: "made by earshot",
  url: "https://www.npmjs.com/package/@earshot/cli",
  groupKey: "drawer",
  officialSplit: "the last quarter of the drawers to test",
};

/** Ten digits by people who each have a hand of their own: slant, size, width of the pen; each item trembles differently. 28 × 28, white on black. */
export function syntheticDigits({ drawers, takes, seed }: { drawers: number; takes: number; seed: number }) {
  const rng = createRng(seed);
  const items: Item<GrayImage>[] = [];
  for (let drawer = 0; drawer < drawers; drawer++) {
    const hand = rng.fork();
    const style = {
      slant: hand.normal(0, 0.15),
      width: hand.uniform(0.55, 0.85),
      height: hand.uniform(0.75, 0.95),
      pen: hand.uniform(0.9, 1.7),
    };
    const group = `d${String(drawer + 1).padStart(2, "0")}`;
    for (let digit = 0; digit < 10; digit++) {
      for (let take = 0; take < takes; take++) {
        const own = hand.integer(0, 2 ** 31);
        items.push({
          id: `${digit}_${group}_${take}`,
          label: String(digit),
          group,
          split: drawer < 0.75 * drawers ? "train" : "test",
          attributes: { drawer: group, take },
          load: async () => draw(digit, style, createRng(own)),
        });
      }
    }
  }
  items.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { ...syntheticDigitsInfo, items, classes: strokes.map((_, i) => String(i)) } satisfies Corpus<GrayImage>;
}

const side = 28;

function draw(
  digit: number,
  style: { slant: number; width: number; height: number; pen: number },
  rng: Rng,
): GrayImage {
  const angle = rng.normal(0, 0.08);
  const tremble = (p: number): number => p + rng.normal(0, 0.03);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [dx, dy] = [rng.normal(0, 0.8), rng.normal(0, 0.8)];
  const place = ([x, y]: Point): Point => {
    const v = (tremble(y) - 0.5) * style.height * 22;
    const u = (tremble(x) - 0.5) * style.width * 22 - style.slant * v;
    return [side / 2 + dx + cos * u - sin * v, side / 2 + dy + sin * u + cos * v];
  };
  const lines = strokes[digit].map((stroke) => stroke.map(place));
  const pixels = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      let far = Infinity;
      for (const line of lines)
        for (let i = 1; i < line.length; i++) far = Math.min(far, distance([x + 0.5, y + 0.5], line[i - 1], line[i]));
      pixels[y * side + x] = Math.round(255 * Math.min(1, Math.max(0, style.pen + 0.5 - far)));
    }
  }
  return { pixels, width: side, height: side };
}

/** From a point to a line between two others. */
function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [ux, uy] = [bx - ax, by - ay];
  const along = Math.min(1, Math.max(0, ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy || 1)));
  return Math.hypot(x - ax - along * ux, y - ay - along * uy);
}
