import { openStorage, type Storage } from "../storage/storage.js";
import { assembleCorpus, requireOneOf } from "./assemble.js";
import { audioItems } from "./audioItems.js";
import type { LabelledOptions } from "./options.js";
import type { Corpus, CorpusInfo, Item } from "./types.js";

/** What a corpus' layout says of one file. */
export interface Described<L extends string> {
  id: string;
  group?: string;
  split?: string;
  attributes?: Item["attributes"];
  /** The class, for each thing that can be told apart. */
  labels: Partial<Record<L, string>>;
}

/** Facts of a file, or undefined when it is none of the corpus. */
export type Describe<L extends string> = (file: string) => Described<L> | undefined;

/** A corpus of sound by its published layout. */
export interface AudioCorpusDefinition<L extends string> {
  info: CorpusInfo;
  /** How its folder or archive is called. */
  names: RegExp;
  /** What can be told apart; the first is the default. */
  labels: readonly [L, ...L[]];
  /** Order of the classes, where it is not that of their names. */
  classes?: Partial<Record<L, readonly string[]>>;
  /** How its files are called, for messages. */
  expected: string;
  /** Reads what stands beside the sound (protocols, tables), and returns the rule for the files. */
  describe(storage: Storage): Describe<L> | Promise<Describe<L>>;
  /** Ids of all items that its own lists name, whether their files are here or not. */
  listed?: (storage: Storage) => Promise<Iterable<string>>;
  /** Is this path one of its sound files? Layouts that need other files to tell have none. */
  isFile?: (file: string) => boolean;
}

/** A loader as it is exported, with its definition for the registry. */
export interface AudioCorpusLoader<L extends string> {
  (options: LabelledOptions<L>): Promise<Corpus>;
  readonly definition: AudioCorpusDefinition<L>;
}

/** Makes the loader of a corpus from its layout. */
export function audioCorpus<L extends string>(definition: AudioCorpusDefinition<L>): AudioCorpusLoader<L> {
  const { info, names, labels, classes, expected } = definition;
  const load = async ({ root, label = labels[0], cacheDir }: LabelledOptions<L>): Promise<Corpus> => {
    requireOneOf(info.name, "label", label, labels);
    const storage = await openStorage(root, { names, cacheDir });
    const describe = await definition.describe(storage);
    const items = audioItems(storage, (file) => {
      const described = describe(file);
      if (!described) return undefined;
      const { labels: values, ...facts } = described;
      return { ...facts, label: values[label] };
    });
    return assembleCorpus(info, items, { classes: classes?.[label], source: root, expected });
  };
  return Object.assign(load, { definition });
}
