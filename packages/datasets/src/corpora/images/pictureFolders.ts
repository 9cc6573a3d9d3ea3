import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path/posix";
import { openStorage, type Storage } from "../../storage/storage.js";
import { assembleCorpus } from "../assemble.js";
import { stem } from "../audioItems.js";
import type { CorpusOptions } from "../options.js";
import { parseCsv } from "../tables/parseCsv.js";
import { type Corpus, CorpusError, type CorpusInfo, type Item } from "../types.js";
import { decodePgm } from "./pgm.js";
import type { GrayImage } from "./types.js";

export const flickr8kInfo: CorpusInfo = {
  name: "flickr8k",
  title: "Flickr8k image captions",
  licence: "non-commercial research and education",
  citation:
    "Hodosh, M., Young, P., Hockenmaier, J. (2013). Framing Image Description as a Ranking Task. JAIR 47, 853–899.",
  url: "https://hockenmaier.cs.illinois.edu/8k-pictures.html",
  officialSplit: "6,000 to train, 1,000 valid, 1,000 to test",
};

export const orlFacesInfo: CorpusInfo = {
  name: "orlFaces",
  title: "ORL Database of Faces",
  licence: "free, credit to AT&T Laboratories Cambridge",
  citation:
    "Samaria, F., Harter, A. (1994). Parameterisation of a stochastic model for human face identification. IEEE Workshop on Applications of Computer Vision.",
  url: "https://cam-orl.co.uk/facedatabase.html",
};

export const omniglotInfo: CorpusInfo = {
  name: "omniglot",
  title: "Omniglot handwritten characters",
  licence: "MIT",
  citation:
    "Lake, B. M., Salakhutdinov, R., Tenenbaum, J. B. (2015). Human-level concept learning through probabilistic program induction. Science 350(6266).",
  url: "https://github.com/brendenlake/omniglot",
  groupKey: "drawer",
  officialSplit: "background to learn from, evaluation to test (separate archives)",
};

/** An item whose content is the file as it is: a picture that the vision package decodes. */
export type FileItem = Item<Uint8Array>;

const fileItem = (storage: Storage, file: string, facts: Omit<FileItem, "load" | "path">): FileItem => ({
  ...facts,
  path: storage.path(file),
  load: () => readFile(storage.path(file)),
});

const omniglotFile = /(?:^|\/)?([^/]+)\/(character\d+)\/(\d{4}_(\d{2}))\.png$/;

/**
 * Omniglot: 105 × 105 pictures of characters of many alphabets, each drawn by twenty people, `Alphabet/characterNN/NNNN_DD.png`.
 *
 * Items hold the PNG file; the label is "Alphabet/characterNN", the group the person who drew it (of that alphabet), the alphabet an attribute.
 *
 * @throws CorpusError if there is no such file below the root
 */
export async function omniglot({ root, cacheDir }: CorpusOptions): Promise<Corpus<Uint8Array>> {
  const storage = await openStorage(root, { names: /omniglot|images_(background|evaluation)/i, cacheDir });
  const items = storage.files.flatMap((file) => {
    const match = omniglotFile.exec(file);
    if (!match) return [];
    const [, alphabet, character, id, drawer] = match;
    return [
      fileItem(storage, file, {
        id: `${alphabet}/${id}`,
        label: `${alphabet}/${character}`,
        group: `${alphabet}-${drawer}`,
        attributes: { alphabet, drawer },
      }),
    ];
  });
  return assembleCorpus(omniglotInfo, items, { source: root, expected: "Alphabet/characterNN/NNNN_DD.png" });
}

/**
 * The ORL (AT&T) faces: 40 people, ten 92 × 112 pictures each, `s1/1.pgm`.
 *
 * The label is the person, "s1" to "s40".
 *
 * @throws CorpusError if there is no such file below the root
 */
export async function orlFaces({ root, cacheDir }: CorpusOptions): Promise<Corpus<GrayImage>> {
  const storage = await openStorage(root, { names: /orl|att.?faces/i, cacheDir });
  const items = storage.files.flatMap((file): Item<GrayImage>[] => {
    const match = /(?:^|\/)s(\d+)\/(\d+)\.pgm$/i.exec(file);
    if (!match) return [];
    const [, person, picture] = match;
    return [
      {
        id: orlFaceId(person, picture),
        label: `s${person}`,
        attributes: { picture: Number(picture) },
        path: storage.path(file),
        load: async () => decodePgm(await readFile(storage.path(file)), file),
      },
    ];
  });
  const classes = [...new Set(items.map((i) => i.label!))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));
  return assembleCorpus(orlFacesInfo, items, { classes, source: root, expected: "s1/1.pgm" });
}

/** Of the n-th picture of a person. */
export const orlFaceId = (person: string, picture: string): string =>
  `s${person.padStart(2, "0")}/${picture.padStart(2, "0")}`;

/** A picture with sentences about it. */
export interface CaptionedItem extends FileItem {
  captions: string[];
}

/** Pictures, each with the sentences that people wrote about it. */
export interface CaptionedCorpus extends Omit<Corpus<Uint8Array>, "items"> {
  items: CaptionedItem[];
}

/**
 * Flickr8k: photographs with five captions each, `Images/*.jpg` and `captions.txt` or `Flickr8k.token.txt`; the official split where `Flickr_8k.*Images.txt` is there.
 *
 * @throws CorpusError if there are no captions or no pictures below the root
 */
export async function flickr8k({ root, cacheDir }: CorpusOptions): Promise<CaptionedCorpus> {
  const storage = await openStorage(root, { names: /flickr/i, cacheDir });
  const captions = await readCaptions(storage);
  const splits = new Map<string, string>();
  for (const [part, split] of [
    ["train", "train"],
    ["dev", "valid"],
    ["test", "test"],
  ]) {
    const file = storage.files.find((f) => f.toLowerCase().endsWith(`flickr_8k.${part}images.txt`));
    if (file === undefined) continue;
    for (const name of new TextDecoder().decode(await storage.read(file)).split(/\r?\n/)) splits.set(name, split);
  }
  const items = storage.files
    .filter((file) => /\.jpe?g$/i.test(file) && captions.has(basename(file)))
    .map((file): CaptionedItem => {
      const name = basename(file);
      return {
        ...fileItem(storage, file, { id: stem(file), split: splits.get(name) }),
        captions: captions.get(name) ?? [],
      };
    });
  const corpus = assembleCorpus(flickr8kInfo, items as FileItem[], {
    source: root,
    expected: "Images/*.jpg with captions",
  });
  return { ...corpus, items: corpus.items as CaptionedItem[] };
}

/** Ids of the pictures that captions speak of. */
export const flickr8kListed = async (storage: Storage): Promise<string[]> =>
  [...(await readCaptions(storage)).keys()].map(stem);

async function readCaptions(storage: Storage): Promise<Map<string, string[]>> {
  const captions = new Map<string, string[]>();
  const add = (name: string, caption: string): void => {
    const list = captions.get(name);
    if (list) list.push(caption.trim());
    else captions.set(name, [caption.trim()]);
  };
  const table = storage.files.find((f) => basename(f) === "captions.txt");
  const tokens = storage.files.find((f) => basename(f) === "Flickr8k.token.txt");
  if (table !== undefined) {
    const rows = parseCsv(new TextDecoder().decode(await storage.read(table)));
    // A comma inside an unquoted caption belongs to it.
    for (const [name, ...parts] of rows.slice(1)) add(name, parts.join(","));
  } else if (tokens !== undefined) {
    for (const line of new TextDecoder().decode(await storage.read(tokens)).split("\n")) {
      const match = /^(.+)#\d\t(.*)$/.exec(line);
      if (match) add(match[1], match[2]);
    }
  } else {
    throw new CorpusError(`flickr8k: found neither captions.txt nor Flickr8k.token.txt in ${storage.source}.`);
  }
  return captions;
}

/** A folder of pictures, one folder a class; `train/` and `test/` above them where they are (CIFAR-10's layout). */
export async function imageFolder({
  root,
  cacheDir,
  names,
}: CorpusOptions & { names?: RegExp }): Promise<Corpus<Uint8Array>> {
  const storage = await openStorage(root, { names, cacheDir });
  const items = storage.files
    .filter((file) => /\.(jpe?g|png|pgm|webp|bmp|gif)$/i.test(file) && file.includes("/"))
    .map((file) => {
      const part = /(?:^|\/)(train|test|valid|val)\//i.exec(file)?.[1].toLowerCase();
      return fileItem(storage, file, {
        id: file,
        label: basename(dirname(file)),
        split: part === "val" ? "valid" : part,
      });
    });
  return assembleCorpus(
    {
      name: "imageFolder",
      title: "a folder of pictures, one folder a class",
      licence: "as its owner says",
      citation: "none",
      url: "none",
    },
    items,
    { source: root, expected: "pictures in class folders" },
  );
}
