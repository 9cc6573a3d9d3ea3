import { beforeAll, describe, expect, it } from "vitest";
import { captionWords } from "../src/captions/index.js";
import { intersectionOverUnion, patternNearest } from "../src/faces/index.js";
import {
  channelMeans,
  createImage,
  drawOutline,
  drawPoints,
  findHomography,
  invertAffine,
  loadOpenCv,
  movePoint,
  openCvHeapBytes,
  type Point,
  toRgb,
} from "../src/index.js";
import { residualNames, residualNetwork, residualPlans } from "../src/networks/index.js";

beforeAll(async () => {
  await loadOpenCv();
});
const square: Point[] = [
  { x: 2, y: 2 },
  { x: 12, y: 2 },
  { x: 12, y: 12 },
  { x: 2, y: 12 },
  { x: 7, y: 5 },
];

describe("images", () => {
  it("have three channels after toRgb, whatever they had", () => {
    expect(channelMeans(toRgb(createImage(4, 3, 1, [9])))).toEqual([9, 9, 9]);
    expect(channelMeans(toRgb(createImage(4, 3, 4, [1, 2, 3, 200])))).toEqual([1, 2, 3]);
    const rgb = createImage(2, 2, 3, [1, 2, 3]);
    expect(toRgb(rgb)).toBe(rgb);
  });

  it("are drawn upon in a copy", () => {
    const gray = createImage(16, 16, 1);
    const points = drawPoints(gray, [{ x: 8, y: 8 }], { color: [10, 20, 30], thickness: 1 });
    expect(channelMeans(points)).toEqual([(9 * 10) / 256, (9 * 20) / 256, (9 * 30) / 256]);
    const outline = drawOutline(gray, square.slice(0, 4), { color: [255, 0, 0] });
    const red = (x: number, y: number): number => outline.data[(y * 16 + x) * 3];
    expect([red(7, 2), red(12, 7), red(7, 7)]).toEqual([255, 255, 0]);
    expect(channelMeans(gray)).toEqual([0]);
  });
});

describe("geometry", () => {
  it("an affine way there and back ends where it began", () => {
    const matrix = [2, 0.5, -3, -0.25, 1.5, 4] as const;
    for (const point of square) {
      const back = movePoint(invertAffine([...matrix]), movePoint([...matrix], point));
      expect(Math.hypot(back.x - point.x, back.y - point.y)).toBeLessThan(1e-12);
    }
    expect(() => invertAffine([1, 2, 0, 2, 4, 0])).toThrow(RangeError);
  });

  it("a shift is found among points of which one lies", () => {
    const moved = square.map(({ x, y }) => ({ x: x + 30, y: y - 7 }));
    const found = findHomography([...square, { x: 0, y: 0 }], [...moved, { x: 90, y: 90 }]);
    expect([...(found?.inliers ?? [])]).toEqual([1, 1, 1, 1, 1, 0]);
    expect(found?.matrix[2]).toBeCloseTo(30, 3);
    expect(found?.matrix[5]).toBeCloseTo(-7, 3);
  });

  it("rectangles overlap by their common share of both", () => {
    const a = { x: 0, y: 0, width: 4, height: 4 };
    expect(intersectionOverUnion(a, a)).toBe(1);
    expect(intersectionOverUnion(a, { ...a, x: 2 })).toBeCloseTo(8 / 24, 12);
    expect(intersectionOverUnion(a, { ...a, x: 4 })).toBe(0);
  });
});

describe("names and words", () => {
  it("each residual network by name has as many layers as its name says, the output among them", () => {
    expect(residualNames).toEqual(Object.keys(residualPlans));
    for (const name of ["resnet20", "resnet56"] as const) {
      const { order } = residualNetwork(name);
      expect(order.filter((module) => /conv\d?$/.test(module)).length + 1, name).toBe(Number(name.slice(6)));
    }
  });

  it("words of a caption are those that captions are scored by", () => {
    expect(captionWords("A dog's ball, two-coloured!")).toEqual(["a", "dog's", "ball", "two", "coloured"]);
  });
});

describe("faces by their histograms", () => {
  it("belong to the nearest one", () => {
    const x = { data: Float32Array.of(1, 0, 0, 1), rows: 2, cols: 2 };
    expect(
      patternNearest()
        .fit(x, ["anna", "bert"])
        .predict({ data: Float32Array.of(0.9, 0.2), rows: 1, cols: 2 }),
    ).toEqual(["anna"]);
  });

  it("OpenCV's heap is as large as it says", () => {
    expect(openCvHeapBytes()).toBeGreaterThan(2 ** 20);
  });
});
