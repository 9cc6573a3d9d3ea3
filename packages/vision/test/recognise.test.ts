import { tf } from "@earshot/engine";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createGallery,
  faceFeatures,
  loadFaceEmbedding,
  patternNearest,
  recognizers,
  trainFaceEmbedding,
} from "../src/faces/index.js";
import { createImage, type Image, imageAugmenter, loadOpenCv } from "../src/index.js";
import { makeScene } from "../src/templates/index.js";
import { golden, type Packed, unpack } from "./helpers.js";

/** Pictures of "people": patterns of their own, moved and lit a little differently each time. */
function pictures(people: number, each: number): { faces: Image[]; names: string[] } {
  const change = imageAugmenter({ rotate: 4, shift: 0.02, brightness: 20, noise: 6 }, { seed: 5 });
  const faces: Image[] = [];
  const names: string[] = [];
  for (let p = 0; p < people; p++) {
    const { template } = makeScene({ seed: 100 + p, width: 200, height: 200, sides: [92, 92] });
    for (let i = 0; i < each; i++) {
      faces.push(change(template, p * each + i));
      names.push(`p${p}`);
    }
  }
  return { faces, names };
}

beforeAll(loadOpenCv);

describe("recognizers", () => {
  it.each(Object.keys(recognizers) as (keyof typeof recognizers)[])(
    "%s names new pictures of enrolled people",
    async (kind) => {
      const { faces, names } = pictures(4, 6);
      const train = names.map((_, i) => i % 6 < 4);
      const { features, create } = recognizers[kind];
      const model = create();
      await model.fit(
        faceFeatures(
          faces.filter((_, i) => train[i]),
          features,
        ),
        names.filter((_, i) => train[i]),
      );
      const found = await model.predict(
        faceFeatures(
          faces.filter((_, i) => !train[i]),
          features,
        ),
      );
      expect(found).toEqual(names.filter((_, i) => !train[i]));
      model.dispose();
    },
  );

  it("lbph decides as OpenCV's recogniser does", async () => {
    const { lbph } = golden<{ lbph: { images: Packed[]; label: number } }>("features");
    const [probe, ...others] = lbph.images.map((packed) => unpack(packed));
    const gray = unpack(golden<{ gray: Packed }>("features").gray);
    const model = patternNearest().fit(faceFeatures([gray, ...others], "patterns"), ["0", "1", "2", "3"]);
    expect(model.predict(faceFeatures([probe], "patterns"))).toEqual([String(lbph.label)]);
  });
});

describe("trainFaceEmbedding", () => {
  it("puts people apart, is kept and read again, repeats itself, and leaves no tensor", async () => {
    const { faces, names } = pictures(6, 4);
    const part = (keep: (name: string) => boolean) => names.flatMap((name, i) => (keep(name) ? [i] : []));
    const train = part((name) => name < "p6");
    const options = { epochs: 80, copies: 1, dimensions: 16, directions: 16, seed: 3 };
    const fit = () =>
      trainFaceEmbedding(
        train.map((i) => faces[i]),
        train.map((i) => names[i]),
        options,
      );
    const network = await fit();
    const tensors = tf.memory().numTensors;
    const again = await fit();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(again.save()).toEqual(network.save());
    const read = loadFaceEmbedding(network.save());
    expect(read.embed([faces[0]])).toEqual(network.embed([faces[0]]));

    const gallery = createGallery(read, { threshold: 0.5 });
    expect(() => gallery.identify(faces[0])).toThrow("identify: nobody is enrolled yet.");
    for (const name of ["p0", "p1"])
      gallery.enrol(
        name,
        part((p) => p === name)
          .slice(0, 2)
          .map((i) => faces[i]),
      );
    const of = (name: string) => faces[part((p) => p === name)[3]];
    expect(gallery.identify(of("p0")).name).toBe("p0");
    expect(gallery.identify(of("p1")).name).toBe("p1");
    expect(gallery.identify(of("p2")).name).toBeUndefined();
    expect(gallery.verify(of("p0"), "p0").same).toBe(true);
    expect(gallery.verify(of("p2"), "p0").same).toBe(false);
    const kept = createGallery(read, { threshold: 0.5 }, gallery.toJSON());
    expect(kept.identify(of("p0")).score).toBeCloseTo(gallery.identify(of("p0")).score, 6);
    gallery.remove("p0");
    expect(() => gallery.verify(of("p0"), "p0")).toThrow('verify: "p0" is not enrolled; known are p1.');
    expect(() => gallery.enrol("p9", [])).toThrow('enrol: "p9" needs at least one face.');
  });

  it("refuses too few people, and bytes that are no embedding", async () => {
    const faces = [createImage(92, 112, 1), createImage(92, 112, 1)];
    await expect(trainFaceEmbedding(faces, ["a", "a"])).rejects.toThrow(
      "trainFaceEmbedding: needs at least two people with two faces each, got 1 people.",
    );
    await expect(trainFaceEmbedding(faces, ["a"])).rejects.toThrow("got 2 faces and 1 people");
    expect(() => loadFaceEmbedding(new Uint8Array(30))).toThrow(RangeError);
  });
});
