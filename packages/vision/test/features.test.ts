import { beforeAll, describe, expect, it } from "vitest";
import {
  crop,
  extendedLbp,
  gridHistogram,
  hog,
  loadOpenCv,
  localBinaryPattern,
  matchKeypoints,
  orb,
} from "../src/index.js";
import { bytes, floats, golden, type Packed, unpack, worstOf } from "./helpers.js";

const g = golden<
  Record<"gray" | "rgb" | "lbpDefault" | "lbpUniform" | "lbpRor", Packed> &
    Record<"hog" | "hogRgb" | "hogSmall" | "hogGamma", string> & {
      lbph: { images: Packed[]; histogram: string };
      orb: {
        texture: Packed;
        turned: Packed;
        images: { points: number[][]; descriptors: string }[];
        matches: number[][];
      };
    }
>("features");
const gray = unpack(g.gray);

beforeAll(loadOpenCv);

describe("hog", () => {
  it("equals OpenCV's descriptor, for grey and coloured images and other cells", () => {
    expect(worstOf(hog(gray), floats(g.hog))).toBeLessThan(2e-4);
    expect(worstOf(hog(unpack(g.rgb)), floats(g.hogRgb))).toBeLessThan(2e-4);
    expect(worstOf(hog(gray, { gamma: true }), floats(g.hogGamma))).toBeLessThan(2e-4);
    const small = crop(gray, { x: 0, y: 0, width: 32, height: 32 });
    expect(worstOf(hog(small, { cellSize: 4, bins: 6 }), floats(g.hogSmall))).toBeLessThan(2e-4);
  });
});

describe("local binary patterns", () => {
  it("equal scikit-image's", () => {
    expect(worstOf(localBinaryPattern(gray), unpack(g.lbpDefault).data)).toBe(0);
    expect(worstOf(localBinaryPattern(gray, { radius: 2, method: "uniform" }), unpack(g.lbpUniform).data)).toBe(0);
    expect(worstOf(localBinaryPattern(gray, { method: "ror" }), unpack(g.lbpRor).data)).toBe(0);
  });

  it("make the histograms of OpenCV's face recogniser", () => {
    const shares = gridHistogram(...codesOf());
    expect(worstOf(shares, floats(g.lbph.histogram))).toBeLessThan(1e-6);
  });
});

const codesOf = (): Parameters<typeof gridHistogram> => {
  const { codes, width, height } = extendedLbp(gray, { radius: 2 });
  return [codes, { width, height, codeCount: 256, gridX: 4, gridY: 5 }];
};

describe("orb", () => {
  it("finds OpenCV's corners with the same bits but for roundings, and matches them the same", () => {
    const [texture, turned] = [g.orb.texture, g.orb.turned].map((packed) => orb(unpack(packed), { maxPoints: 60 }));
    // The same points in another order: both keep the strongest, unsorted.
    const keyOf = ([x, y, , , , octave]: number[]): string => [octave, x.toFixed(2), y.toFixed(2)].join();
    const { points, descriptors } = g.orb.images[0];
    const theirs = new Map(
      points.map((p, i) => [keyOf(p), { p, bits: bytes(descriptors).slice(32 * i, 32 * i + 32) }]),
    );
    let differing = 0;
    texture.points.forEach((q, i) => {
      const flat = [q.x, q.y, q.size, q.angle, q.response, q.octave];
      const { p, bits } = theirs.get(keyOf(flat)) ?? { p: [], bits: bytes("") };
      expect(worstOf(flat, p)).toBeLessThan(1e-2);
      differing += bits.reduce((sum, b, k) => sum + bitCount(b ^ texture.descriptors[32 * i + k]), 0);
    });
    expect(texture.points).toHaveLength(points.length);
    // Blurred values that round the other way turn single bits.
    expect(differing / (256 * points.length)).toBeLessThan(0.002);
    const matches = matchKeypoints(texture, turned);
    const near = g.orb.matches.filter(([, , distance]) => matches.some((m) => Math.abs(m.distance - distance) <= 2));
    expect(Math.abs(matches.length - g.orb.matches.length)).toBeLessThanOrEqual(1);
    expect(near.length).toBe(g.orb.matches.length);
  });
});

const bitCount = (byte: number): number => byte.toString(2).replaceAll("0", "").length;
