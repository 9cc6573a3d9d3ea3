import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  canny,
  convertColor,
  createImage,
  crop,
  equalizeHistogram,
  flip,
  gaussianBlur,
  hog,
  type Image,
  imageAugmenter,
  loadOpenCv,
  openCvHeapBytes,
  orb,
  resize,
  rotate90,
  similarityMatrix,
  toGray,
  warpAffine,
} from "../src/index.js";
import { encodeImage, readImage, writeImage } from "../src/node/index.js";

const folder = mkdtempSync(join(tmpdir(), "earshot-vision-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(loadOpenCv);

/** Left half red, right half blue, upper rows darker. */
function halves(width = 40, height = 20): Image {
  const image = createImage(width, height, 3);
  for (let i = 0; i < width * height; i++) {
    const shade = Math.floor(i / width) < height / 2 ? 120 : 240;
    image.data[3 * i + (i % width < width / 2 ? 0 : 2)] = shade;
  }
  return image;
}
const raw = ({ data, width, height }: Image) => sharp(data, { raw: { width, height, channels: 3 } });

describe("readImage", () => {
  it("reads back what writeImage wrote, and leaves nothing else behind", async () => {
    const image = halves();
    for (const ending of ["png", "webp", "tiff", "jpg"]) {
      const path = join(folder, `a.${ending}`);
      await writeImage(path, image, { quality: 100 });
      const back = await readImage(path);
      expect([back.width, back.height, back.channels]).toEqual([40, 20, 3]);
      if (ending === "png" || ending === "tiff") expect(back).toEqual(image);
    }
    expect(readdirSync(folder).filter((name) => name.startsWith("."))).toEqual([]);
    await expect(writeImage(join(folder, "a.xyz"), image)).rejects.toThrow(/a\.xyz must end in one of \.png, \.jpg/);
  });

  it("turns as EXIF says", async () => {
    const bytes = await raw(halves()).withMetadata({ orientation: 6 }).png().toBuffer();
    const turned = await readImage(bytes);
    expect([turned.width, turned.height]).toEqual([20, 40]);
    expect(turned).toEqual(rotate90(halves(), 90));
  });

  it("brings CMYK, 16 bits, palettes, grey with alpha and animations to bytes of the asked channels", async () => {
    const image = halves();
    const frames = Buffer.concat([Buffer.from(image.data), Buffer.alloc(image.data.length, 255)]);
    const files = {
      cmyk: await raw(image).toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer(),
      wide: await raw(image).toColourspace("rgb16").png().toBuffer(),
      palette: await raw(image).png({ palette: true }).toBuffer(),
      animated: await sharp(frames, { raw: { width: 40, height: 40, channels: 3, pageHeight: 20 } })
        .gif()
        .toBuffer(),
    };
    for (const [name, bytes] of Object.entries(files)) {
      const read = await readImage(bytes);
      expect([name, read.width, read.height, read.channels]).toEqual([name, 40, 20, 3]);
      const red = read.data[3 * (15 * 40 + 5)] - read.data[3 * (15 * 40 + 5) + 2];
      expect([name, red > 100]).toEqual([name, true]);
      for (const channels of [1, 4] as const) {
        expect((await readImage(bytes, { channels })).data).toHaveLength(800 * channels);
      }
    }
    const clear = await sharp({ create: { width: 3, height: 2, channels: 4, background: "#00000000" } })
      .png()
      .toBuffer();
    expect((await readImage(clear)).data.every((v) => v === 255)).toBe(true);
  });

  it("makes grey as toGray does, and reads PGM", async () => {
    const bytes = await encodeImage(halves(), "png");
    expect(await readImage(bytes, { channels: 1 })).toEqual(toGray(halves()));
    const pgm = Buffer.concat([Buffer.from("P5\n# made\n3 2\n255\n"), Buffer.from([1, 2, 3, 4, 5, 250])]);
    expect([...(await readImage(pgm, { channels: 1 })).data]).toEqual([1, 2, 3, 4, 5, 250]);
    await expect(readImage(pgm.subarray(0, 20))).rejects.toThrow(
      "readImage: the image cannot be read as an image: it is cut off: 2 of 6 bytes are there.",
    );
  });

  it("says in a sentence what is no image, cut off, empty, or too large to decode", async () => {
    const noise = imageAugmenter({ noise: 255 }, { seed: 1 })(createImage(200, 200, 3, [128]), 1);
    const jpeg = await encodeImage(noise, "jpeg");
    const png = await encodeImage(noise, "png");
    for (const whole of [jpeg, png]) {
      await expect(readImage(whole.subarray(0, whole.length >> 1))).rejects.toThrow(
        "readImage: the image cannot be read as an image: it is cut off or damaged.",
      );
    }
    for (const bytes of [new Uint8Array([1, 2, 3]), Buffer.from("<html>")]) {
      await expect(readImage(bytes)).rejects.toThrow(
        "readImage: the image cannot be read as an image: it is no JPEG, PNG, WebP, GIF, TIFF, AVIF, SVG, PGM or PPM.",
      );
    }
    const kind = "readImage: source must be a path or the bytes of a file, got";
    await expect(readImage(undefined as unknown as string)).rejects.toThrow(new TypeError(`${kind} undefined.`));
    await expect(readImage(new Uint8Array())).rejects.toThrow("readImage: the image is empty.");
    // A small file that claims 400 million pixels: never decoded.
    const claims = Buffer.from(await encodeImage(createImage(2, 2, 1), "png"));
    claims.writeUInt32BE(20000, 16);
    claims.writeUInt32BE(20000, 20);
    claims.writeUInt32BE(crc32(claims.subarray(12, 29)), 29);
    const before = process.memoryUsage().rss;
    await expect(readImage(claims)).rejects.toThrow(
      "readImage: the image has 20000 × 20000 pixels, more than the 100 million that are read; make it smaller, or raise maxPixels.",
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(1e8);
    const small = await readImage(jpeg, { maxSide: 50 });
    expect([small.width, small.height]).toEqual([50, 50]);
    await expect(readImage(join(folder, "absent.png"))).rejects.toThrow(/ENOENT/);
    await expect(readImage(jpeg, { channels: 2 as 1 })).rejects.toThrow(
      "readImage: channels must be 1, 3 or 4, got 2.",
    );
  });
});

describe("OpenCV's memory", () => {
  it("does not grow over a thousand images, nor when functions throw", () => {
    const work = (i: number): void => {
      const image = createImage(24 + (i % 7), 16, 3, [i % 256, 90, 30]);
      const gray = equalizeHistogram(toGray(resize(image, { scale: 0.5 })));
      canny(gaussianBlur(gray, { sigma: 1 }), { low: 40, high: 90 });
      if (i % 100 === 0) orb(gray);
      warpAffine(flip(image, "both"), [1, 0.1, 3, 0, 1, 0]);
      // What throws on the way must free what it holds as well.
      if (i % 10 === 0) expect(() => gaussianBlur(image, { size: 4 })).toThrow(RangeError);
    };
    for (let i = 0; i < 20; i++) work(i);
    const before = openCvHeapBytes();
    for (let i = 0; i < 1000; i++) work(i);
    expect(openCvHeapBytes()).toBe(before);
  });

  it("refuses what does not fit, in a sentence", () => {
    const flat = createImage(100, 100, 1);
    expect(() => resize(flat, { width: 20000, height: 20000 })).toThrow(
      "resize: 20000 × 20000 pixels are more than the 64 million that fit into OpenCV's memory; read the image with a smaller maxSide.",
    );
  });
});

describe("images of one pixel", () => {
  it("pass through what has a result for them", () => {
    const dot = createImage(1, 1, 3, [10, 200, 30]);
    expect(resize(dot, { width: 3 }).data).toHaveLength(27);
    expect([...canny(dot, { low: 1, high: 2 }).data]).toEqual([0]);
    expect(orb(toGray(dot)).points).toEqual([]);
    expect(flip(dot, "horizontal")).toEqual(dot);
    expect(() => hog(dot)).toThrow(
      "hog: width of the image must be a block of 16 pixels and steps of 8, got 1; resize it first.",
    );
  });
});

describe("bad images", () => {
  it.each([
    [
      { data: [1, 2], width: 1, height: 2, channels: 1 },
      "toGray: image needs data as Uint8Array or Float32Array; read files with readImage.",
    ],
    [
      { data: new Uint8Array(2), width: 1.5, height: 2, channels: 1 },
      "toGray: width of image must be a whole number above 0, got 1.5.",
    ],
    [
      { data: new Uint8Array(2), width: 1, height: 1, channels: 2 },
      "toGray: image must have 1, 3 or 4 channels, got 2.",
    ],
    [
      { data: new Uint8Array(2), width: 1, height: 1, channels: 3 },
      "toGray: image of 1 × 1 × 3 needs 3 values, got 2.",
    ],
  ])("are refused: %#", (image, sentence) => {
    expect(() => toGray(image as Image)).toThrow(sentence);
  });

  it("and options are refused with their names", () => {
    const image = createImage(10, 10, 3);
    expect(() => crop(image, { x: 5, y: 0, width: 6, height: 2 })).toThrow(
      "crop: 6 × 2 at (5, 0) reaches out of the image of 10 × 10.",
    );
    expect(() => resize(image, {})).toThrow("resize: give width, height or scale.");
    expect(() => convertColor(image, "rgbToGrey" as "rgbToGray")).toThrow(
      /conversion must be one of rgbToGray, .* got "rgbToGrey"/,
    );
    expect(() => imageAugmenter({ turn: 3 } as object, { seed: 1 })).toThrow(
      /there is no "turn"; known are flip, rotate/,
    );
  });
});

describe("imageAugmenter", () => {
  const all = {
    flip: 0.5,
    rotate: 20,
    scale: 0.2,
    shift: 0.1,
    crop: 0.2,
    brightness: 30,
    contrast: 0.3,
    saturation: 0.5,
    noise: 9,
    erase: 0.3,
  };

  it("gives the same image for the same seed and number, others for other numbers, of the same size", () => {
    const image = halves();
    const kept = image.data.slice();
    const [a, b] = [imageAugmenter(all, { seed: 4 }), imageAugmenter(all, { seed: 4 })];
    expect(a(image, 7)).toEqual(b(image, 7));
    expect(a(image, 8).data).not.toEqual(a(image, 7).data);
    expect([a(image, 1).width, a(image, 1).height, a(image, 1).channels]).toEqual([40, 20, 3]);
    expect(image.data).toEqual(kept);
    expect(imageAugmenter({}, { seed: 1 })(image, 1)).toEqual(image);
  });
});

describe("similarityMatrix", () => {
  it("finds the turn, size and shift that points were moved by", () => {
    const number = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 3, noNaN: true }), number, number, number, (scale, turn, dx, dy) => {
        const from = [
          { x: 0, y: 0 },
          { x: 10, y: 3 },
          { x: 4, y: 9 },
        ];
        const [a, b] = [scale * Math.cos(turn), scale * Math.sin(turn)];
        const to = from.map(({ x, y }) => ({ x: a * x - b * y + dx, y: b * x + a * y + dy }));
        const found = similarityMatrix(from, to);
        expect(found.every((v, i) => Math.abs(v - [a, -b, dx, b, a, dy][i]) < 1e-9)).toBe(true);
      }),
      { seed: 3, numRuns: 50 },
    );
    expect(() =>
      similarityMatrix(
        [
          { x: 1, y: 1 },
          { x: 1, y: 1 },
        ],
        [
          { x: 0, y: 0 },
          { x: 1, y: 0 },
        ],
      ),
    ).toThrow("similarityMatrix: all points are the same, so turn and scale are open.");
  });
});

/** The check sum that a PNG's header ends with. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
