import { describe, expect, it } from "vitest";
import { type Detection, detectionAveragePrecision, iou, psnr, ssim } from "../src/index.js";
import { expectClose, golden } from "./golden.js";

const data = golden("image");
const grey = (rows: number[][]) => ({ data: rows.flat(), width: rows[0].length, height: rows.length });
const box = ([x, y, w, h]: number[]) => ({ x0: x, y0: y, x1: x + w, y1: y + h });

describe("psnr and ssim", () => {
  it("equal scikit-image's, with another window and with channels", () => {
    const [a, b] = [grey(data.a), grey(data.b)];
    expectClose(psnr(a.data, b.data, { dataRange: 255 }), data.psnr);
    expectClose(ssim(a, b, { dataRange: 255 }), data.ssim);
    expectClose(ssim(a, b, { dataRange: 255, windowSize: 11 }), data.ssim11);
    const color = (x: number[][][]) => ({ data: x.flat(2), width: 11, height: 12, channels: 3 });
    expectClose(ssim(color(data.rgb), color(data.rgb2), { dataRange: 1 }), data.ssimRgb);
  });

  it("are ∞ and 1 for equal images", () => {
    const a = grey(data.a);
    expect(psnr(a.data, a.data, { dataRange: 255 })).toBe(Number.POSITIVE_INFINITY);
    expect(ssim(a, a, { dataRange: 255 })).toBeCloseTo(1, 12);
  });

  it("say what is wrong", () => {
    const a = grey(data.a);
    expect(() => psnr([1], [1, 2], { dataRange: 1 })).toThrow(new RangeError("psnr: a has 1 items and b 2."));
    expect(() => psnr([1], [1], { dataRange: 0 })).toThrow(new RangeError("psnr: dataRange must be above 0, got 0."));
    expect(() => ssim(a, { ...a, width: 20, height: 24 }, { dataRange: 255 })).toThrow(
      new RangeError("ssim: sizes must be equal, got 24 × 20 × 1 and 20 × 24 × 1."),
    );
    expect(() => ssim(a, a, { dataRange: 255, windowSize: 8 })).toThrow(
      new RangeError("ssim: windowSize must be odd, got 8."),
    );
    expect(() => ssim(a, a, { dataRange: 255, windowSize: 21 })).toThrow(
      new RangeError("ssim: windowSize must be a whole number in [3, 20], got 21."),
    );
  });
});

describe("iou", () => {
  it("counts by hand", () => {
    expect(iou(box([0, 0, 10, 10]), box([5, 0, 10, 10]))).toBeCloseTo(50 / 150, 15);
    expect(iou(box([0, 0, 10, 10]), box([10, 0, 10, 10]))).toBe(0);
    expect(iou(box([0, 0, 0, 0]), box([0, 0, 0, 0]))).toBe(0);
    expect(iou(box([1, 2, 3, 4]), box([1, 2, 3, 4]))).toBe(1);
  });

  it("says what is wrong", () => {
    expect(() => iou(box([0, 0, -1, 2]), box([0, 0, 1, 1]))).toThrow(
      new RangeError("iou: box needs x1 ≥ x0 and y1 ≥ y0, got x 0 to -1, y 0 to 2."),
    );
    expect(() => iou(box([Number.NaN, 0, 1, 2]), box([0, 0, 1, 1]))).toThrow(
      new RangeError("iou: box must be finite, got NaN at index 0."),
    );
  });
});

describe("detectionAveragePrecision", () => {
  const truth = data.truth.map((list: number[][]) => list.map(box));
  const found: Detection[][] = data.found.map((list: number[][]) => list.map((d) => ({ ...box(d), score: d[4] })));

  it("equals pycocotools' at two overlaps", () => {
    for (const iouThreshold of [0.5, 0.75]) {
      const { averagePrecision } = detectionAveragePrecision(truth, found, { iouThreshold, interpolation: "coco" });
      expectClose(averagePrecision, data.coco[String(iouThreshold)]);
    }
  });

  it("gives one hit a true box, to the surest detection, by hand", () => {
    const one = [[box([0, 0, 10, 10])]];
    const twice = [
      [
        { ...box([0, 0, 10, 9]), score: 0.9 },
        { ...box([0, 0, 10, 10]), score: 0.8 },
      ],
    ];
    const got = detectionAveragePrecision(one, twice);
    expect(got.averagePrecision).toBe(1);
    expect([...got.precision]).toEqual([1, 0.5]);
    expect([...got.scores]).toEqual([0.9, 0.8]);
    expect(detectionAveragePrecision(one, [[]]).averagePrecision).toBe(0);
    expect(detectionAveragePrecision([[]], [[]]).averagePrecision).toBeNaN();
  });

  it("says what is wrong", () => {
    expect(() => detectionAveragePrecision([[]], [])).toThrow(
      new RangeError("detectionAveragePrecision: truth has 1 items and detections 0."),
    );
    expect(() => detectionAveragePrecision([[]], [[{ ...box([0, 0, 1, 1]), score: Number.NaN }]])).toThrow(
      new RangeError("detectionAveragePrecision: score must not be NaN."),
    );
  });
});
