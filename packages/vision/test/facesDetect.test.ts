import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { alignFace, type Face, haarDetector, suppress, ultrafaceDetector, yunetDetector } from "../src/faces/index.js";
import { createImage, drawBoxes, loadOpenCv } from "../src/index.js";
import { readImage } from "../src/node/index.js";
import { dataPath, filesOf } from "./data.js";
import { golden, worstOf } from "./helpers.js";

interface Photo {
  size: [number, number];
  haar: number[][];
  yunet: number[][];
  ultrafaceBest: [number[], number];
}
const photos = golden<{ photos: Record<string, Photo> }>("faces").photos;
const weights = (name: string): string => dataPath(`pretrained/${name}`) as string;
const there = dataPath("dlib-faces.tar.gz") && dataPath("pretrained/haarcascade_frontalface_default.xml");
const rows = (faces: readonly Face[]): number[][] =>
  faces
    .map(({ x, y, width, height, score }) => [x, y, width, height, score])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);

beforeAll(loadOpenCv);

describe.skipIf(!there)("face detectors on annotated photos", () => {
  let files: Record<string, Uint8Array>;
  beforeAll(async () => {
    files = await filesOf("dlib-faces.tar.gz", (name) => name in photos);
  });

  it("haar finds OpenCV's boxes with OpenCV's scores", async () => {
    const detector = haarDetector(readFileSync(weights("haarcascade_frontalface_default.xml")));
    for (const [name, { haar }] of Object.entries(photos)) {
      const found = rows(await detector.detect(await readImage(files[name], { channels: 1 })));
      expect(found.map((row) => row.slice(0, 4))).toEqual(haar.map((row) => row.slice(0, 4)));
      expect(worstOf(found.flat(), haar.flat())).toBeLessThan(1e-4);
    }
    detector.dispose();
    await expect(detector.detect(createImage(40, 40, 1))).rejects.toThrow("the detector is disposed already");
  });

  it("yunet finds the boxes that Python's onnxruntime finds, and places eyes above mouths", async () => {
    const detector = await yunetDetector(weights("yunet_n_dynamic.onnx"));
    for (const [name, { yunet }] of Object.entries(photos)) {
      const faces = await detector.detect(await readImage(files[name]));
      expect(worstOf(rows(faces).flat(), yunet.flat())).toBeLessThan(0.05);
      for (const { landmarks, x, width } of faces) {
        if (!landmarks) throw new Error("no landmarks");
        expect(landmarks.leftEye.y).toBeLessThan(landmarks.leftMouth.y);
        expect(landmarks.nose.x).toBeGreaterThan(x - 0.2 * width);
      }
      const aligned = faces[0].landmarks && alignFace(await readImage(files[name]), faces[0].landmarks);
      expect([aligned?.width, aligned?.height, aligned?.channels]).toEqual([112, 112, 3]);
    }
    detector.dispose();
  });

  it("ultraface finds its surest box where Python's onnxruntime does", async () => {
    const detector = await ultrafaceDetector(weights("ultraface_rfb_320.onnx"));
    for (const [name, { size, ultrafaceBest }] of Object.entries(photos)) {
      const [best] = await detector.detect(await readImage(files[name]));
      const [x0, y0, x1, y1] = ultrafaceBest[0].map((v, i) => v * size[i % 2]);
      expect(worstOf([best.x, best.y, best.x + best.width, best.y + best.height], [x0, y0, x1, y1])).toBeLessThan(0.5);
      expect(best.score).toBeCloseTo(ultrafaceBest[1], 3);
    }
    detector.dispose();
  });

  it("find none in a picture without faces, of one pixel, and say which weights do not fit", async () => {
    const yunet = await yunetDetector(weights("yunet_n_dynamic.onnx"));
    const haar = haarDetector(readFileSync(weights("haarcascade_frontalface_default.xml"), "utf8"));
    for (const image of [createImage(1, 1, 3), createImage(200, 100, 3, [90, 120, 40])]) {
      expect(await yunet.detect(image)).toEqual([]);
      expect(await haar.detect(image)).toEqual([]);
    }
    yunet.dispose();
    haar.dispose();
    await expect(yunetDetector(weights("ultraface_rfb_320.onnx"))).rejects.toThrow(
      /^yunetDetector: the weights are of another network: outputs cls_8, .* are missing among scores, boxes\.$/,
    );
    await expect(ultrafaceDetector(new Uint8Array(100))).rejects.toThrow(
      /^ultrafaceDetector: the weights are no ONNX file/,
    );
  });
});

describe("haarDetector", () => {
  it("refuses what is no cascade, or half of one", () => {
    expect(() => haarDetector("<html></html>")).toThrow(
      "haarDetector: this is no cascade of OpenCV; give the XML of haarcascade_frontalface_default or another.",
    );
    expect(() => haarDetector("<?xml version='1.0'?><opencv_storage><cascade><stages>")).toThrow(RangeError);
    expect(() => haarDetector("", { scaleFactor: 1 })).toThrow(
      "haarDetector: scaleFactor must be at least 1.001, got 1.",
    );
  });
});

describe("boxes", () => {
  it("that overlap leave the best of them", () => {
    const box = (x: number, score: number) => ({ x, y: 0, width: 10, height: 10, score });
    expect(suppress([box(1, 0.5), box(0, 0.9), box(30, 0.2)])).toEqual([box(0, 0.9), box(30, 0.2)]);
    expect(suppress([box(1, 0.5), box(0, 0.9)], 0.9)).toHaveLength(2);
    expect(() => suppress([], 2)).toThrow("suppress: overlap must be in [0, 1], got 2.");
  });

  it("are drawn on a copy, also where they reach out", () => {
    const image = createImage(20, 20, 1);
    const drawn = drawBoxes(image, [{ x: -5, y: 5, width: 40, height: 10 }], { color: [1, 2, 3], thickness: 1 });
    expect(drawn.channels).toBe(3);
    expect([...drawn.data.subarray(3 * 100, 3 * 101)]).toEqual([1, 2, 3]);
    expect(image.data.every((v) => v === 0)).toBe(true);
  });
});
