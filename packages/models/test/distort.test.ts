import { describe, expect, it } from "vitest";
import { createRandom } from "../src/core/random.js";
import { distortPicture, mirrorPicture, movePicture } from "../src/neural/distort.js";
import { neuralClassifier } from "../src/neural/neuralClassifier.js";
import { warpBands } from "../src/neural/warp.js";

const ramp = (h: number, w: number): Float32Array => Float32Array.from({ length: h * w }, (_, i) => i % w);

describe("warpBands", () => {
  it("changes nothing where nothing may change", () => {
    const sample = ramp(4, 5);
    warpBands(sample, [4, 5], {}, createRandom(1, 1));
    expect([...sample]).toEqual([...ramp(4, 5)]);
  });

  it("stretches bands from the lowest on, by one factor for all frames", () => {
    const sample = ramp(3, 20);
    warpBands(sample, [3, 20], { features: 0.2 }, createRandom(3, 1));
    const factor = sample[1];
    expect(factor).not.toBeCloseTo(1, 3);
    for (let t = 0; t < 3; t++)
      for (let f = 0; f < 20; f++) expect(sample[t * 20 + f]).toBeCloseTo(Math.min(19, f * factor), 4);
  });

  it("stretches time about the middle, channels together", () => {
    const frames = 9;
    const sample = Float32Array.from({ length: frames * 2 }, (_, i) => (i % 2 ? -1 : 1) * Math.floor(i / 2));
    warpBands(sample, [frames, 1, 2], { frames: 0.3 }, createRandom(2, 1));
    expect(sample[8]).toBeCloseTo(4, 6);
    for (let t = 0; t < frames; t++) expect(sample[2 * t + 1]).toBeCloseTo(-sample[2 * t], 6);
  });
});

describe("distortPicture", () => {
  it("moves a ramp by the same amount everywhere but at the edge", () => {
    const sample = ramp(6, 12);
    distortPicture(sample, [6, 12], { move: 2 }, createRandom(5, 1));
    const by = sample[5] - 5;
    expect(Math.abs(by)).toBeGreaterThan(0.01);
    for (let y = 0; y < 6; y++) for (let x = 3; x < 9; x++) expect(sample[y * 12 + x] - x).toBeCloseTo(by, 4);
  });

  it("keeps a plain picture plain, whatever is done to it", () => {
    const sample = new Float32Array(49).fill(0.25);
    const all = { rotate: 30, scale: 0.2, shear: 0.3, move: 2, elastic: 1 };
    distortPicture(sample, [7, 7], all, createRandom(7, 1));
    for (const v of sample) expect(v).toBeCloseTo(0.25, 6);
  });

  it("does the same to every channel, and the same for the same seed", () => {
    const grey = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i));
    const colour = Float32Array.from({ length: 192 }, (_, i) => grey[Math.floor(i / 3)]);
    const change = { rotate: 15, elastic: 0.7 };
    distortPicture(grey, [8, 8], change, createRandom(9, 1));
    distortPicture(colour, [8, 8, 3], change, createRandom(9, 1));
    for (let i = 0; i < 192; i++) expect(colour[i]).toBeCloseTo(grey[Math.floor(i / 3)], 6);
  });
});

describe("neuralClassifier with passes", () => {
  const rng = createRandom(11, 1);
  const x = { data: Float32Array.from({ length: 40 * 24 }, () => rng.normal()), shape: [40, 6, 4] };
  const y = Array.from({ length: 40 }, (_, i) => (i % 2 ? "odd" : "even"));
  for (let i = 1; i < 40; i += 2) for (let k = 0; k < 24; k++) x.data[i * 24 + k] += 1;
  const options = { layers: [{ kind: "flatten" }] as const, epochs: 3, augment: { shift: 2, warp: { features: 0.1 } } };

  it("averages looks that do not depend on what else is predicted", async () => {
    const one = await neuralClassifier({ ...options, passes: 1 }).fit(x, y);
    const five = await neuralClassifier({ ...options, passes: 5 }).fit(x, y);
    const [a, b] = [await one.predictProba(x), await five.predictProba(x)];
    expect([...a.data]).not.toEqual([...b.data]);
    const alone = await five.predictProba({ data: x.data.slice(48, 72), shape: [1, 6, 4] });
    for (let c = 0; c < 2; c++) expect(alone.data[c]).toBeCloseTo(b.data[4 + c], 5);
    for (let i = 0; i < 40; i++) expect(b.data[2 * i] + b.data[2 * i + 1]).toBeCloseTo(1, 5);
    one.dispose();
    five.dispose();
  });

  it.each([
    [{ augment: { warp: { frames: 1 } } }, "neuralClassifier augment.warp: frames must be a number in [0, 1), got 1."],
    [
      { augment: { distort: { turn: 3 } } },
      'neuralClassifier augment.distort: unknown option "turn"; known are elastic, move, rotate, scale, shear.',
    ],
    [{ passes: 0 }, "neuralClassifier: passes must be a whole number in [1, 1000], got 0."],
  ])("refuses %j", (bad, sentence) => {
    expect(() => neuralClassifier(bad as object)).toThrow(new RangeError(sentence));
  });
});

describe("mirrorPicture and movePicture", () => {
  const picture = () => Float32Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60);
  const shape = [2, 3, 2];

  it("changes left and right, channels together", () => {
    const p = picture();
    mirrorPicture(p, shape);
    expect([...p]).toEqual([3, 30, 2, 20, 1, 10, 6, 60, 5, 50, 4, 40]);
    mirrorPicture(p, shape);
    expect(p).toEqual(picture());
  });

  it("moves by whole pixels, zeros coming in, in any direction and out of sight", () => {
    const moved = (down: number, right: number): number[] => {
      const p = picture();
      movePicture(p, shape, down, right);
      return [...p].filter((_, i) => i % 2 === 0);
    };
    expect(moved(0, 0)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(moved(1, 1)).toEqual([0, 0, 0, 0, 1, 2]);
    expect(moved(-1, -2)).toEqual([6, 0, 0, 0, 0, 0]);
    expect(moved(0, 3)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(moved(-2, 0)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("pads and flips a batch while training, by the seed, and looks at the mirror image second", async () => {
    const x = { data: Float32Array.from({ length: 8 * 16 }, (_, i) => (i % 7) - 3), shape: [8, 4, 4] };
    const y = ["a", "b", "a", "b", "a", "b", "a", "b"];
    const fit = async (augment: object) => {
      const model = neuralClassifier({ layers: [{ kind: "flatten" }], epochs: 1, augment, passes: 3 });
      return [...(await (await model.fit(x, y)).predictProba(x)).data];
    };
    expect(await fit({ flip: 0.5, crop: 1 })).toEqual(await fit({ flip: 0.5, crop: 1 }));
    expect(await fit({ flip: 0.5, crop: 1 })).not.toEqual(await fit({ flip: 0.5 }));
    const looks = async (of: typeof x, passes: number) => {
      const model = neuralClassifier({
        layers: [{ kind: "flatten" }],
        epochs: 1,
        augment: { flip: 0.1, crop: 1 },
        passes,
      });
      return [...(await (await model.fit(x, y)).predictProba(of)).data];
    };
    const mirror = { ...x, data: x.data.map((_, i) => x.data[i - (i % 4) + 3 - (i % 4)]) };
    const [own, mirrored, both] = [await looks(x, 1), await looks(mirror, 1), await looks(x, 2)];
    for (const [i, p] of both.entries()) expect(p).toBeCloseTo((own[i] + mirrored[i]) / 2, 5);
    expect(() => neuralClassifier({ augment: { flip: 2 } })).toThrow(
      new RangeError("neuralClassifier augment: flip must be a number in [0, 1], got 2."),
    );
  });
});
