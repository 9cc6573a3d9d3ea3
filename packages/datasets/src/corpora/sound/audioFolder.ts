import { openStorage } from "../../storage/storage.js";
import { assembleCorpus, nameOf } from "../assemble.js";
import { audioItems, isAudioName } from "../audioItems.js";
import type { SoundCorpusOptions } from "../options.js";
import { type Corpus, CorpusError, type CorpusInfo } from "../types.js";

export const audioFolderInfo: CorpusInfo = {
  name: "audioFolder",
  title: "a folder of recordings, one folder a class",
  licence: "as its owner says",
  citation: "none",
  url: "none",
};

/** Options of {@link audioFolder}. */
export interface AudioFolderOptions extends SoundCorpusOptions {
  /** Group of a file from its path below the root, such as the speaker in its name (default: none). */
  group?: (file: string) => string | undefined;
  /** "needed" (default) wants class folders of two items or more, to learn from; "any" takes every file, with a class or without. */
  classes?: "needed" | "any";
}

const parts = new Set(["train", "training", "test", "testing", "valid", "validation", "val", "dev"]);

/**
 * Any folder of recordings: one folder a class, `dog/1.wav`; or `train/dog/1.wav` and `test/2.wav`, where files straight in a part's folder
 * have no label.
 *
 * @returns items whose id is the path below the root, whose label is the class' folder, and whose split is the part ("val", "dev" and
 * "validation" are "valid")
 * @throws CorpusError if there is no sound below the root; where classes are needed, no class folder, or a class has a single item
 */
export async function audioFolder({ root, cacheDir, group, classes = "needed" }: AudioFolderOptions): Promise<Corpus> {
  const storage = await openStorage(root, { cacheDir });
  const sounds = storage.files.filter(isAudioName);
  if (sounds.length === 0)
    throw new CorpusError(`audioFolder: found no sound among ${storage.files.length} files in ${nameOf(root)}.`);
  const inParts = sounds.every((file) => parts.has(file.split("/")[0].toLowerCase()) && file.includes("/"));
  const items = audioItems(storage, (file) => {
    const folders = file.split("/").slice(0, -1);
    const split = inParts ? partName(folders[0]) : undefined;
    return { id: file, label: folders[inParts ? 1 : 0], split, group: group?.(file) };
  });
  const corpus = assembleCorpus(audioFolderInfo, items, { source: root, expected: "sound files" });
  if (classes === "needed") requireClasses(corpus, nameOf(root));
  return corpus;
}

function requireClasses({ items, classes }: Corpus, root: string): void {
  if (classes.length === 0) {
    throw new CorpusError(
      `audioFolder: the files in ${root} lie in no class folder; make one folder a class, such as dog/1.wav.`,
    );
  }
  const counts = new Map<string, number>();
  for (const { label } of items) if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  const lonely = classes.find((name) => counts.get(name) === 1);
  if (lonely !== undefined) {
    throw new CorpusError(
      `audioFolder: class ${JSON.stringify(lonely)} in ${root} has one item, at least two are needed to train and to test; add recordings or take the folder away.`,
    );
  }
}

function partName(folder: string): string {
  const name = folder.toLowerCase();
  if (name.startsWith("train")) return "train";
  return name.startsWith("test") ? "test" : "valid";
}
