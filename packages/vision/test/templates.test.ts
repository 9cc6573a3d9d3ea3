import { beforeAll, describe, expect, it } from "vitest";
import { createImage, type Image, loadOpenCv } from "../src/index.js";
import { findPeaks, findTemplate, type MatchMethod, makeScene, matchTemplate } from "../src/templates/index.js";
import { golden, type Packed, unpack } from "./helpers.js";

const g = golden<
  Record<"gray" | "template" | "mask" | "rgb" | "rgbTemplate" | "rgbMap", Packed> &
    Record<"plain" | "masked", Record<MatchMethod, Packed>>
>("templates");

/** Largest difference, in shares of the largest value there should be. */
function relative(got: Image<Float32Array>, packed: Packed): number {
  const want = unpack<Image<Float32Array>>(packed);
  expect([got.width, got.height]).toEqual([want.width, want.height]);
  const most = want.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return got.data.reduce((m, v, i) => Math.max(m, Math.abs(v - want.data[i])), 0) / most;
}

beforeAll(loadOpenCv);

describe("matchTemplate, against OpenCV in Python", () => {
  const [gray, template, mask] = [unpack(g.gray), unpack(g.template), unpack(g.mask)];

  it.each(Object.keys(g.plain) as MatchMethod[])("%s, with and without a mask", (method) => {
    expect(relative(matchTemplate(gray, template, { method }), g.plain[method])).toBeLessThan(2e-4);
    expect(relative(matchTemplate(gray, template, { method, mask }), g.masked[method])).toBeLessThan(2e-4);
  });

  it("in colour, with its peak where the template was cut", () => {
    const map = matchTemplate(unpack(g.rgb), unpack(g.rgbTemplate));
    expect(relative(map, g.rgbMap)).toBeLessThan(2e-4);
    expect(findPeaks(map)).toEqual([{ x: 12, y: 10, value: expect.closeTo(1, 4) }]);
  });

  it("refuses templates that are larger, of other colours, or with another mask", () => {
    expect(() => matchTemplate(template, gray)).toThrow(
      "matchTemplate: the template of 60 × 44 is larger than the image of 18 × 14.",
    );
    expect(() => matchTemplate(unpack(g.rgb), template)).toThrow(
      "matchTemplate: the template has 1 channels, the image 3; bring both to grey with toGray.",
    );
    expect(() => matchTemplate(gray, template, { mask: gray })).toThrow(
      "matchTemplate: mask of 60 × 44 must be as large as the image, 18 × 14.",
    );
    expect(() => matchTemplate(gray, template, { method: "sum" as MatchMethod })).toThrow(RangeError);
  });
});

describe("findPeaks", () => {
  const map = { data: Float32Array.of(0, 3, 0, 0, 2, Number.NaN, 0, 1), width: 8, height: 1, channels: 1 };

  it("gives the best first, apart from each other, in both directions", () => {
    expect(findPeaks(map, { count: 3 }).map(({ x }) => x)).toEqual([1, 4, 7]);
    expect(findPeaks(map, { count: 3, distance: 4 }).map(({ x }) => x)).toEqual([1, 7]);
    expect(findPeaks(map, { count: 3, threshold: 2.5 }).map(({ x }) => x)).toEqual([1]);
    expect(findPeaks(map, { best: "low" })[0].value).toBe(0);
  });
});

describe("findTemplate", () => {
  const range = { scales: [0.8, 1.25], angles: [-15, 15] } as const;

  it.each([1, 2])("finds size, turn and place in made scene %i", (seed) => {
    const { scene, template, center, scale, angle } = makeScene({ seed });
    const [match] = findTemplate(scene, template, range);
    expect(Math.hypot(match.center.x - center.x, match.center.y - center.y)).toBeLessThan(1);
    expect(match.scale).toBeCloseTo(scale, 1);
    expect(Math.abs(match.angle - angle)).toBeLessThan(1.5);
    expect(match.score).toBeGreaterThan(0.8);
    expect(match.corners).toHaveLength(4);
  });

  it("finds several, with a mask, by other methods, in an image of its own size", () => {
    const { template } = makeScene({ seed: 7 });
    const scene = createImage(300, 200, 1, [90]);
    const at = [
      [20, 30],
      [190, 100],
    ];
    for (const [x0, y0] of at) {
      for (let y = 0; y < template.height; y++) {
        const row = template.data.subarray(y * template.width, (y + 1) * template.width);
        scene.data.set(row, (y0 + y) * scene.width + x0);
      }
    }
    const mask = createImage(template.width, template.height, 1, [255]);
    mask.data.fill(0, 0, template.width * 10);
    const goal = at.map(([x, y]) => [x + template.width / 2, y + template.height / 2]);
    for (const method of [
      "correlationCoefficientNormed",
      "squaredDifferenceNormed",
      "crossCorrelationNormed",
    ] as const) {
      const found = findTemplate(scene, template, { maxMatches: 2, method, mask, threshold: 0.95 });
      const centers = found.map(({ center }) => [center.x, center.y]).sort((a, b) => a[0] - b[0]);
      expect(centers.flat().map((v, i) => Math.abs(v - goal.flat()[i]) < 0.3)).toEqual([true, true, true, true]);
    }
    expect(findTemplate(template, template)[0].center).toEqual({ x: template.width / 2, y: template.height / 2 });
  });

  it("finds nothing in a flat scene, and refuses what cannot fit", () => {
    const { template } = makeScene({ seed: 1 });
    expect(findTemplate(createImage(200, 200, 1, [7]), template, range)).toEqual([]);
    expect(() => findTemplate(createImage(20, 20, 1), template)).toThrow(
      `findTemplate: the template of ${template.width} × ${template.height} is larger than the scene of 20 × 20, even at scale 1.`,
    );
    expect(() => findTemplate(template, template, { scales: [1.2, 1] })).toThrow(
      "findTemplate: scales[1] must be in [1.2, 100], got 1.",
    );
  });
});
