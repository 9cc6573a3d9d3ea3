import type { AudioClip } from "../decode/clip.js";

/** One example of a corpus. */
export interface Item<T = AudioClip> {
  /** Unique in its corpus, the same on every machine: the path below the corpus' top folder. */
  id: string;
  /** Class, where the corpus has one for it. */
  label?: string;
  /** What must not stand on both sides of a split: speaker, recording or sentence, as the corpus says. */
  group?: string;
  /** Official part: "train", "test", "fold1" … */
  split?: string;
  /** Everything else that the corpus tells about it. */
  attributes?: Record<string, string | number>;
  /** File on this machine, where it is one. */
  path?: string;
  /** Reads and decodes it; rejects with one sentence that names the file. */
  load(): Promise<T>;
}

/** Where a corpus comes from and how it may be used. */
export interface CorpusInfo {
  /** Short name, as in `kind` of a recipe. */
  name: string;
  /** Full name. */
  title: string;
  licence: string;
  citation: string;
  /** Official page. */
  url: string;
  /** What `group` holds: "speaker", "recording" …; undefined where nothing ties items together. */
  groupKey?: string;
  /** What the official split is, in words; undefined where there is none. */
  officialSplit?: string;
}

/** A corpus at hand. */
export interface Corpus<T = AudioClip> extends CorpusInfo {
  /** Sorted by id. */
  items: Item<T>[];
  /** Labels in use, in the corpus' own order. */
  classes: string[];
}

/** A corpus that is not there, or not as it should be. */
export class CorpusError extends Error {
  override readonly name = "CorpusError";
}
