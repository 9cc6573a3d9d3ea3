import { tf } from "@earshot/engine";
import { neuralClassifier } from "@earshot/models/neural";
import { exportOnnx, loadOnnxRuntime } from "@earshot/models/onnx";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createGallery,
  faceFeatures,
  loadFaceEmbedding,
  onnxFaceEmbedding,
  patternNearest,
  recognizers,
  trainFaceEmbedding,
} from "../src/faces/index.js";
import { createImage, flip, type Image, imageAugmenter, loadOpenCv, resize } from "../src/index.js";
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
    const options = { copies: 1, dimensions: 16, directions: 16, seed: 3 };
    const short = () => trainFaceEmbedding(faces, names, { ...options, epochs: 4 });
    const first = await short();
    const tensors = tf.memory().numTensors;
    expect((await short()).save()).toEqual(first.save());
    expect(tf.memory().numTensors).toBe(tensors);
    const network = await trainFaceEmbedding(faces, names, { ...options, epochs: 60 });
    const read = loadFaceEmbedding(network.save());
    expect(await read.embed([faces[0]])).toEqual(await network.embed([faces[0]]));

    // In closed form: what a person differs by from itself is the same in all directions.
    const white = await trainFaceEmbedding(faces, names, { ...options, method: "whitening" });
    const [a, b, c] = await white.embed([faces[0], faces[1], faces[4]]);
    const alike = (x: Float32Array, y: Float32Array) => x.reduce((sum, v, d) => sum + v * y[d], 0);
    expect(alike(a, b)).toBeGreaterThan(alike(a, c) + 0.3);
    expect(white.dimensions).toBe(2 * 16);

    const gallery = createGallery(read, { threshold: 0.5 });
    await expect(gallery.identify(faces[0])).rejects.toThrow("identify: nobody is enrolled yet.");
    for (const name of ["p0", "p1"])
      await gallery.enrol(
        name,
        part((p) => p === name)
          .slice(0, 2)
          .map((i) => faces[i]),
      );
    const of = (name: string) => faces[part((p) => p === name)[3]];
    expect((await gallery.identify(of("p0"))).name).toBe("p0");
    expect((await gallery.identify(of("p1"))).name).toBe("p1");
    expect((await gallery.identify(of("p2"))).name).toBeUndefined();
    expect((await gallery.verify(of("p0"), "p0")).same).toBe(true);
    expect((await gallery.verify(of("p2"), "p0")).same).toBe(false);
    const kept = createGallery(read, { threshold: 0.5 }, gallery.toJSON());
    expect((await kept.identify(of("p0"))).score).toBeCloseTo((await gallery.identify(of("p0"))).score, 6);
    gallery.remove("p0");
    await expect(gallery.verify(of("p0"), "p0")).rejects.toThrow('verify: "p0" is not enrolled; known are p1.');
    await expect(gallery.enrol("p9", [])).rejects.toThrow('enrol: "p9" needs at least one face.');
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

describe.skipIf(!(await loadOnnxRuntime()))("onnxFaceEmbedding", () => {
  it("puts faces through a given network, and a gallery enrols, names and verifies by it", async () => {
    const size = 16;
    const { faces, names } = pictures(3, 3);
    // Any network that takes 1 × 3 × 16 × 16 will do: this one tells the three people apart.
    const input = (face: Image): Float32Array => {
      const small = resize(face, { width: size, height: size });
      return Float32Array.from({ length: 3 * size * size }, (_, i) => (small.data[i % (size * size)] - 100) / 50);
    };
    const data = new Float32Array(faces.flatMap((face) => [...input(face)]));
    const options = { layers: [{ kind: "flatten" as const }], epochs: 10, batchSize: 3, seed: 1 };
    const network = await neuralClassifier(options).fit({ data, shape: [faces.length, 3, size, size] }, names);
    const bytes = await exportOnnx(network);
    const embedding = await onnxFaceEmbedding(bytes, { size, mean: 100, scale: 1 / 50 });
    expect(embedding.dimensions).toBe(3);

    const looks = [faces[0], flip(faces[0], "horizontal")].map(input);
    const { data: two } = await network.predictProba({
      data: new Float32Array(looks.flatMap((l) => [...l])),
      shape: [2, 3, size, size],
    });
    const halves = [two.subarray(0, 3), two.subarray(3)].map((v) => Array.from(v, (x) => x / Math.hypot(...v)));
    const sum = halves[0].map((v, d) => v + halves[1][d]);
    const [vector] = await embedding.embed([faces[0]]);
    for (const [d, v] of vector.entries()) expect(v).toBeCloseTo(sum[d] / Math.hypot(...sum), 3);

    const gallery = createGallery(embedding, { threshold: 0.8 });
    for (const name of ["p0", "p1"]) await gallery.enrol(name, [faces[names.indexOf(name)]]);
    expect((await gallery.identify(faces[1])).name).toBe("p0");
    expect((await gallery.verify(faces[4], "p1")).same).toBe(true);
    embedding.dispose();
    network.dispose();
    await expect(onnxFaceEmbedding(bytes, { size: 24 })).rejects.toThrow(
      /^onnxFaceEmbedding: the weights do not fit an input of 1 × 3 × 24 × 24/,
    );
    await expect(onnxFaceEmbedding(new Uint8Array(9))).rejects.toThrow(
      /^onnxFaceEmbedding: the weights are no ONNX file/,
    );
  });
});
