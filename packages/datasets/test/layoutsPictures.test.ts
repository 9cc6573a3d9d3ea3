import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import {
  emnist,
  flickr8k,
  grid,
  imageFolder,
  imdb,
  mnist,
  omniglot,
  orlFaces,
  readAlign,
  verifyCorpus,
} from "../src/node.js";
import { facts, layoutMaker, rejection, sounds } from "./layouts.js";

const tree = layoutMaker();

describe("corpora of pictures and texts", () => {
  const idx = (shape: number[], values: number[]): Uint8Array => {
    const out = new Uint8Array(4 + 4 * shape.length + values.length);
    const view = new DataView(out.buffer);
    out[2] = 8;
    out[3] = shape.length;
    shape.forEach((n, i) => {
      view.setUint32(4 + 4 * i, n);
    });
    out.set(values, 4 + 4 * shape.length);
    return out;
  };
  const files = {
    "train-images-idx3-ubyte.gz": gzipSync(idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])),
    "train-labels-idx1-ubyte.gz": gzipSync(idx([2], [7, 3])),
    "t10k-images-idx3-ubyte": idx([1, 2, 3], [1, 2, 3, 4, 5, 6]),
    "t10k-labels-idx1-ubyte": idx([1], [7]),
  };

  it("mnist reads packed and unpacked idx files", async () => {
    const corpus = await mnist({ root: tree(files) });
    expect(facts(corpus)).toEqual([
      ["test-000000", "7", undefined, "test"],
      ["train-000000", "7", undefined, "train"],
      ["train-000001", "3", undefined, "train"],
    ]);
    expect(await corpus.items[2].load()).toEqual({ pixels: Uint8Array.of(7, 8, 9, 10, 11, 12), width: 3, height: 2 });
  });

  it("emnist turns pictures upright and names classes by the mapping", async () => {
    const root = tree({
      "emnist-letters-train-images-idx3-ubyte": idx([1, 2, 2], [1, 2, 3, 4]),
      "emnist-letters-train-labels-idx1-ubyte": idx([1], [2]),
      "emnist-letters-test-images-idx3-ubyte": idx([1, 2, 2], [1, 2, 3, 4]),
      "emnist-letters-test-labels-idx1-ubyte": idx([1], [1]),
      "emnist-letters-mapping.txt": "1 65 97\n2 66 98\n",
    });
    const corpus = await emnist({ root, part: "letters" });
    expect(corpus.classes).toEqual(["A", "B"]);
    expect([...(await corpus.items[0].load()).pixels]).toEqual([1, 3, 2, 4]);
  });

  it("verifyCorpus names files that are not those of the release", async () => {
    const found = await verifyCorpus("mnist", { root: tree(files) });
    expect(found).toMatchObject({ items: 3, expected: 70000, missing: [], extra: [], broken: [] });
    expect(found.altered).toContain("train-images-idx3-ubyte.gz");
    const table = await verifyCorpus("germanCredit", { root: tree({ "german.data": `${"A11 ".repeat(20)}1\n` }) });
    expect(table).toMatchObject({ items: 1, expected: 1000, altered: [] });
    expect(await rejection(verifyCorpus("minst", { root: "." }))).toMatch(/^verifyCorpus: no corpus is called "minst"/);
  });

  it("mnist names what is missing or cut", async () => {
    const { "t10k-labels-idx1-ubyte": _, ...some } = files;
    expect(await rejection(mnist({ root: tree(some) }))).toMatch(/^mnist: found no file like .*t10k-labels.* in /);
    expect(await rejection(mnist({ root: tree({ ...files, "t10k-images-idx3-ubyte": idx([2, 2, 3], [1, 2]) }) }))).toBe(
      "t10k-images-idx3-ubyte: the header claims 2 × 2 × 3 bytes, but 2 follow.",
    );
    expect(await rejection(mnist({ root: tree({ ...files, "t10k-labels-idx1-ubyte": idx([2], [1, 2]) }) }))).toMatch(
      /^mnist: 1 pictures of test have 2 labels/,
    );
  });

  it("omniglot, orlFaces and imageFolder read labels from folders", async () => {
    const greek = await omniglot({
      root: tree({
        "images_background/Greek/character01/0394_07.png": "x",
        "images_background/Latin/character02/0500_01.png": "x",
      }),
    });
    expect(facts(greek)).toEqual([
      ["Greek/0394_07", "Greek/character01", "Greek-07", undefined],
      ["Latin/0500_01", "Latin/character02", "Latin-01", undefined],
    ]);
    const pgm = Buffer.concat([Buffer.from("P5\n# made here\n3 2\n255\n"), Buffer.from([1, 2, 3, 4, 5, 6])]);
    const orl = await orlFaces({ root: tree({ "s10/1.pgm": pgm, "s2/10.pgm": pgm.subarray(0, -1) }) });
    expect(orl.classes).toEqual(["s2", "s10"]);
    expect((await orl.items[1].load()).pixels).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(await rejection(orl.items[0].load())).toBe("s2/10.pgm: 3 × 2 pixels are claimed, but 5 are there.");
    const cifar = await imageFolder({ root: tree({ "c/train/cat/0001.jpg": "x", "c/test/dog/0001.jpg": "x" }) });
    expect(facts(cifar)).toEqual([
      ["test/dog/0001.jpg", "dog", undefined, "test"],
      ["train/cat/0001.jpg", "cat", undefined, "train"],
    ]);
  });

  it("flickr8k reads captions with commas, and the official split", async () => {
    const { items } = await flickr8k({
      root: tree({
        "Images/1_a.jpg": "x",
        "Images/2_b.jpg": "x",
        "Images/3_c.jpg": "x",
        "captions.txt": 'image,caption\n1_a.jpg,"A dog , wet ."\n1_a.jpg,A dog\n2_b.jpg,A man, alone\n',
        "Flickr_8k.testImages.txt": "2_b.jpg\n",
      }),
    });
    expect(items.map((i) => [i.id, i.split, i.captions])).toEqual([
      ["1_a", undefined, ["A dog , wet .", "A dog"]],
      ["2_b", "test", ["A man, alone"]],
    ]);
  });

  it("imdb reads rating and film", async () => {
    const { items } = await imdb({
      root: tree({
        "aclImdb/train/pos/0_9.txt": "good",
        "aclImdb/test/neg/1_2.txt": "bad",
        "aclImdb/train/urls_pos.txt": "http://www.imdb.com/title/tt0453418/usercomments\n",
      }),
    });
    expect(items.map((i) => [i.id, i.label, i.split, i.group, i.attributes?.rating])).toEqual([
      ["test/neg/1_2", "neg", "test", undefined, 2],
      ["train/pos/0_9", "pos", "train", "tt0453418", 9],
    ]);
    expect(await items[1].load()).toBe("good");
  });

  it("grid reads the words of a name, and alignments", async () => {
    const root = tree({
      ...sounds("s1/bbaf2n.wav", "s2/swwz9a.wav", "s2/lrwp9a.mpg"),
      "align/swwp2s.align": "0 12250 sil\n12250 19250 set\n",
    });
    const { items } = await grid({ root });
    expect(items[0]).toMatchObject({
      id: "s1/bbaf2n",
      label: "2",
      group: "s1",
      attributes: { sentence: "bin blue at f 2 now" },
    });
    expect(items.map((i) => i.label)).toEqual(["2", "9", "9"]);
    expect(await readAlign(join(root, "align/swwp2s.align"))).toEqual([
      { word: "sil", startSec: 0, endSec: 0.49 },
      { word: "set", startSec: 0.49, endSec: 0.77 },
    ]);
  });
});
