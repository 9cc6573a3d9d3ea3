import { gunzipSync } from "node:zlib";
import { openStorage, type Storage } from "../../storage/storage.js";
import { assembleCorpus } from "../assemble.js";
import type { CorpusOptions } from "../options.js";
import { type Corpus, CorpusError, type CorpusInfo, type Item } from "../types.js";
import { readIdx } from "./idx.js";
import type { GrayImage } from "./types.js";

export const mnistInfo: CorpusInfo = {
  name: "mnist",
  title: "MNIST handwritten digits",
  licence: "CC BY-SA 3.0",
  citation:
    "LeCun, Y., Bottou, L., Bengio, Y., Haffner, P. (1998). Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11).",
  url: "http://yann.lecun.com/exdb/mnist/",
  officialSplit: "60,000 to train, 10,000 to test",
};

export const emnistInfo: CorpusInfo = {
  name: "emnist",
  title: "EMNIST handwritten characters",
  licence: "public domain (NIST)",
  citation:
    "Cohen, G., Afshar, S., Tapson, J., van Schaik, A. (2017). EMNIST: an extension of MNIST to handwritten letters. arXiv:1702.05373.",
  url: "https://www.nist.gov/itl/products-and-services/emnist-dataset",
  officialSplit: "train and test files of each part",
};

/**
 * MNIST: 28 × 28 pictures of digits, white on black, from the four idx files (packed or not).
 *
 * @returns items "train-00000" … "test-09999" with split "train" or "test"; pictures are views of one array
 * @throws CorpusError if a file is missing, cut, or pictures and labels differ in number
 */
export async function mnist({ root, cacheDir }: CorpusOptions): Promise<Corpus<GrayImage>> {
  const storage = await openStorage(root, { names: /^(?!.*audio).*(?<!e)mnist/i, cacheDir });
  const items = (
    await Promise.all([
      readPart(
        storage,
        "train",
        /(^|\/)train-images[-.]idx3-ubyte(\.gz)?$/,
        /(^|\/)train-labels[-.]idx1-ubyte(\.gz)?$/,
      ),
      readPart(storage, "test", /(^|\/)t10k-images[-.]idx3-ubyte(\.gz)?$/, /(^|\/)t10k-labels[-.]idx1-ubyte(\.gz)?$/),
    ])
  ).flat();
  return assembleCorpus(mnistInfo, items, { source: root, expected: "train-images-idx3-ubyte" });
}

/** Options of {@link emnist}. */
export interface EmnistOptions extends CorpusOptions {
  /** Which of the six (default "balanced", 47 classes). */
  part?: "balanced" | "byclass" | "bymerge" | "letters" | "digits" | "mnist";
}

/**
 * EMNIST: handwritten letters and digits in MNIST's format, `emnist-PART-train-images-idx3-ubyte`; classes by the part's mapping file.
 *
 * The release has its pictures on their side; they are turned upright here.
 *
 * @throws CorpusError if a file is missing, cut, or pictures and labels differ in number
 */
export async function emnist({ root, part = "balanced", cacheDir }: EmnistOptions): Promise<Corpus<GrayImage>> {
  const storage = await openStorage(root, { names: /emnist/i, cacheDir });
  const file = (side: string, kind: string): RegExp => new RegExp(`(^|/)emnist-${part}-${side}-${kind}-ubyte(\\.gz)?$`);
  const names = await readMapping(storage, part);
  const options = { transposed: true, names };
  const items = (
    await Promise.all([
      readPart(storage, "train", file("train", "images-idx3"), file("train", "labels-idx1"), options),
      readPart(storage, "test", file("test", "images-idx3"), file("test", "labels-idx1"), options),
    ])
  ).flat();
  const classes = names && [...names.values()];
  return assembleCorpus(emnistInfo, items, {
    classes,
    source: root,
    expected: `emnist-${part}-train-images-idx3-ubyte`,
  });
}

interface PartOptions {
  transposed?: boolean;
  names?: Map<number, string>;
}

async function readPart(
  storage: Storage,
  split: string,
  images: RegExp,
  labels: RegExp,
  { transposed = false, names }: PartOptions = {},
): Promise<Item<GrayImage>[]> {
  const [pictures, classes] = await Promise.all([images, labels].map((pattern) => readIdxFile(storage, pattern)));
  const [count, height, width] = pictures.shape;
  if (pictures.shape.length !== 3 || classes.shape.length !== 1 || classes.shape[0] !== count) {
    throw new CorpusError(`mnist: ${count} pictures of ${split} have ${classes.shape[0]} labels in ${storage.source}.`);
  }
  const size = width * height;
  return Array.from({ length: count }, (_, i) => ({
    id: `${split}-${String(i).padStart(6, "0")}`,
    label: names?.get(classes.data[i]) ?? String(classes.data[i]),
    split,
    load: async () => {
      const pixels = pictures.data.subarray(i * size, (i + 1) * size);
      return { pixels: transposed ? transpose(pixels, width, height) : pixels, width, height };
    },
  }));
}

async function readIdxFile(storage: Storage, pattern: RegExp) {
  const file = storage.files.find((f) => pattern.test(f));
  if (file === undefined)
    throw new CorpusError(
      `mnist: found no file like ${pattern.source.replace(/[\\^$()|?]/g, "")} in ${storage.source}.`,
    );
  const bytes = await storage.read(file);
  try {
    return readIdx(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes, file);
  } catch (error) {
    if (error instanceof CorpusError) throw error;
    throw new CorpusError(`${file} cannot be unpacked: ${(error as Error).message}.`, { cause: error });
  }
}

async function readMapping(storage: Storage, part: string): Promise<Map<number, string> | undefined> {
  const file = storage.files.find((f) => f.endsWith(`emnist-${part}-mapping.txt`));
  if (file === undefined) return undefined;
  const lines = new TextDecoder()
    .decode(await storage.read(file))
    .trim()
    .split("\n");
  return new Map(
    lines.map((line) => {
      const [number, ...codes] = line.trim().split(/\s+/).map(Number);
      return [number, String.fromCharCode(codes[0])];
    }),
  );
}

function transpose(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[y * width + x] = pixels[x * height + y];
  return out;
}
