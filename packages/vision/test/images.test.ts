import { beforeAll, describe, expect, it } from "vitest";
import {
  adaptiveThreshold,
  type ColorConversion,
  canny,
  clahe,
  connectedComponents,
  convertColor,
  convexHull,
  equalizeHistogram,
  filterImage,
  findContours,
  gaussianBlur,
  histogram,
  houghCircles,
  houghLines,
  houghSegments,
  type Image,
  type Interpolation,
  laplacian,
  loadOpenCv,
  type MorphologyOperation,
  medianBlur,
  minAreaRectangle,
  morphology,
  type Point,
  pad,
  perspectiveMatrix,
  resize,
  rotationMatrix,
  scharr,
  simplifyContour,
  sobel,
  threshold,
  warpAffine,
  warpPerspective,
} from "../src/index.js";
import { golden, type Packed, unpack, worst, worstOf } from "./helpers.js";

interface Shape {
  points: number[];
  area: number;
  perimeter: number;
  bounds: [number, number, number, number];
  parent: number;
}
type Named = Record<string, Packed>;
const g = golden<
  Record<
    "rgb" | "gray" | "canvas" | "lines" | "rings" | "hsvToRgb" | "pad" | "gaussian" | "gaussian5" | "median",
    Packed
  > &
    Record<"filter" | "kernel" | "sobelX" | "sobelY5" | "scharrX" | "laplacian" | "canny" | "cannyL2", Packed> &
    Record<"adaptive" | "adaptiveBox" | "equalized" | "clahe" | "clahe40" | "erodeTwice", Packed> & {
      color: Named;
      smaller: Named;
      larger: Named;
      morphology: Named;
      otsu: { threshold: number; image: Packed; triangle: number };
      histogram: number[];
      histogramMasked: number[];
      contours: Record<"external" | "list" | "tree", Shape[]>;
      ellipse: number[];
      simplified: number[];
      hull: number[];
      minAreaRect: { center: number[]; size: number[]; angle: number };
      components: { stats: number[][]; centers: number[][]; labels: number };
      houghLines: number[][];
      houghSegments: number[][];
      houghCircles: number[][];
      affine: { matrix: number[] } & Record<"linear" | "nearest" | "cubic", Packed>;
      rotation: number[];
      perspective: { from: number[][]; to: number[][]; matrix: number[]; image: Packed };
    }
>("images");
const rgb = unpack(g.rgb);
const gray = unpack(g.gray);
const canvas = unpack(g.canvas);

beforeAll(loadOpenCv);

describe("images, against OpenCV in Python", () => {
  it.each(Object.entries(g.color))("convertColor %s gives the same bytes", (name, want) => {
    expect(worst(convertColor(rgb, name as ColorConversion), want)).toBe(0);
  });

  it("convertColor goes back from hue and saturation", () => {
    expect(worst(convertColor(convertColor(rgb, "rgbToHsv"), "hsvToRgb"), g.hsvToRgb)).toBeLessThanOrEqual(1);
  });

  it.each(Object.keys(g.smaller) as Interpolation[])("resize by %s", (interpolation) => {
    expect(worst(resize(rgb, { width: 19, height: 23, interpolation }), g.smaller[interpolation])).toBeLessThanOrEqual(
      1,
    );
    expect(worst(resize(gray, { width: 61, height: 50, interpolation }), g.larger[interpolation])).toBeLessThanOrEqual(
      1,
    );
  });

  it("pad, blurs and kernels", () => {
    expect(worst(pad(rgb, { top: 2, bottom: 3, left: 4, right: 1, border: "reflect101" }), g.pad)).toBe(0);
    expect(worst(gaussianBlur(rgb, { sigma: 1.7 }), g.gaussian)).toBeLessThanOrEqual(1);
    expect(worst(gaussianBlur(gray, { size: 5, border: "replicate" }), g.gaussian5)).toBeLessThanOrEqual(1);
    expect(worst(medianBlur(rgb, 5), g.median)).toBe(0);
    expect(worst(filterImage(gray, unpack<Image<Float32Array>>(g.kernel)), g.filter)).toBeLessThanOrEqual(1);
  });

  it("sobel, scharr and laplacian are exact", () => {
    expect(worst(sobel(gray).dx, g.sobelX)).toBe(0);
    expect(worst(sobel(gray, { size: 5 }).dy, g.sobelY5)).toBe(0);
    expect(worst(scharr(gray).dx, g.scharrX)).toBe(0);
    expect(worst(laplacian(gray, { size: 3 }), g.laplacian)).toBe(0);
  });

  it("canny finds the same edges", () => {
    expect(worst(canny(gray, { low: 60, high: 150 }), g.canny)).toBe(0);
    expect(worst(canny(rgb, { low: 200, high: 500, size: 5, l2: true }), g.cannyL2)).toBe(0);
  });

  it("thresholds, given and found", () => {
    const otsu = threshold(gray, { kind: "otsu" });
    expect(otsu.threshold).toBe(g.otsu.threshold);
    expect(worst(otsu.image, g.otsu.image)).toBe(0);
    expect(threshold(gray, { kind: "triangle" }).threshold).toBe(g.otsu.triangle);
    expect(worst(adaptiveThreshold(gray), g.adaptive)).toBe(0);
    expect(worst(adaptiveThreshold(gray, { size: 7, offset: 5, mean: "box" }), g.adaptiveBox)).toBe(0);
  });

  it("histograms, equalised and limited", () => {
    expect([...histogram(rgb, { channel: 1, bins: 32, range: [10, 250] })]).toEqual(g.histogram);
    expect([...histogram(gray, { bins: 16, mask: unpack(g.otsu.image) })]).toEqual(g.histogramMasked);
    expect(worst(equalizeHistogram(gray), g.equalized)).toBe(0);
    expect(worst(clahe(gray, { clipLimit: 2.5, tiles: 4 }), g.clahe)).toBe(0);
    expect(worst(clahe(gray), g.clahe40)).toBe(0);
  });

  it.each(Object.entries(g.morphology))("morphology %s", (operation, want) => {
    const options = { operation: operation as MorphologyOperation, shape: "ellipse", size: 5 } as const;
    expect(worst(morphology(gray, options), want)).toBe(0);
  });

  it("morphology with a cross, twice", () => {
    expect(worst(morphology(canvas, { operation: "erode", shape: "cross", iterations: 2 }), g.erodeTwice)).toBe(0);
  });

  it.each(["external", "list", "tree"] as const)("contours, %s", (mode) => {
    const found = findContours(canvas, { mode }).map(({ points, bounds: { x, y, width, height }, ...rest }) => ({
      ...rest,
      points: [...points],
      bounds: [x, y, width, height],
    }));
    const want = g.contours[mode].map((shape) => ({ ...shape, perimeter: expect.closeTo(shape.perimeter, 6) }));
    expect(found).toEqual(want);
  });

  it("outlines: simpler, convex, boxed, counted", () => {
    const outline = Int32Array.from(g.ellipse);
    expect([...simplifyContour(outline, 1.5)]).toEqual(g.simplified);
    expect([...convexHull(outline)]).toEqual(g.hull);
    const { center, size, angle } = minAreaRectangle(outline);
    const { center: c, size: s, angle: a } = g.minAreaRect;
    // The same rectangle by its other side, a quarter turned.
    expect(worstOf([center.x, center.y, size.height, size.width, angle - 90], [...c, ...s, a])).toBeLessThan(1e-3);
    const { labels, components } = connectedComponents(canvas);
    expect(components.map(({ bounds: b, area }) => [b.x, b.y, b.width, b.height, area])).toEqual(g.components.stats);
    expect(
      worstOf(
        components.flatMap((p) => [p.center.x, p.center.y]),
        g.components.centers.flat(),
      ),
    ).toBeLessThan(1e-9);
    expect(labels.reduce((sum, v) => sum + v, 0)).toBe(g.components.labels);
  });

  it("lines, segments and circles", () => {
    const lines = unpack(g.lines);
    expect(
      worstOf(
        houghLines(lines, { threshold: 40 }).flatMap((l) => [l.rho, l.theta]),
        g.houghLines.flat(),
      ),
    ).toBeLessThan(1e-4);
    const segments = houghSegments(lines, { threshold: 30, minLength: 20, maxGap: 3 });
    expect(segments.map(({ x0, y0, x1, y1 }) => [x0, y0, x1, y1])).toEqual(g.houghSegments);
    const circles = houghCircles(unpack(g.rings), { minDistance: 20, votes: 15, minRadius: 8, maxRadius: 40 });
    expect(
      worstOf(
        circles.flatMap(({ x, y, radius }) => [x, y, radius]),
        g.houghCircles.flat(),
      ),
    ).toBeLessThan(0.11);
  });

  it("warps, affine and in perspective", () => {
    const matrix = g.affine.matrix as unknown as [number, number, number, number, number, number];
    expect(
      worst(warpAffine(rgb, matrix, { width: 52, height: 40, border: "reflect" }), g.affine.linear),
    ).toBeLessThanOrEqual(1);
    expect(worst(warpAffine(rgb, matrix, { interpolation: "nearest" }), g.affine.nearest)).toBe(0);
    expect(worst(warpAffine(gray, matrix, { interpolation: "cubic" }), g.affine.cubic)).toBeLessThanOrEqual(1);
    expect(worstOf(rotationMatrix({ x: 20, y: 15 }, { degrees: 25, scale: 1.2 }), g.rotation)).toBeLessThan(1e-12);
    const points = (list: number[][]): Point[] => list.map(([x, y]) => ({ x, y }));
    const perspective = perspectiveMatrix(points(g.perspective.from), points(g.perspective.to));
    expect(worstOf(perspective, g.perspective.matrix)).toBeLessThan(1e-9);
    expect(worst(warpPerspective(rgb, perspective), g.perspective.image)).toBeLessThanOrEqual(1);
  });
});
