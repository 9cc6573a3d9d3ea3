import { type SyntheticSpeechOptions, syntheticSpeech } from "../speech/syntheticSpeech.js";
import { openStorage, type Storage } from "../storage/storage.js";
import { nameOf } from "./assemble.js";
import type { AudioCorpusLoader } from "./audioCorpus.js";
import { isAudioName } from "./audioItems.js";
import type { LabelledOptions } from "./options.js";
import { audioFolder, audioFolderInfo } from "./sound/audioFolder.js";
import { audioMnist, audioMnistInfo, audioMnistNames, isAudioMnistFile } from "./sound/audioMnist.js";
import { cremaD } from "./sound/cremaD.js";
import { emoDb } from "./sound/emoDb.js";
import { esc10, esc50 } from "./sound/esc.js";
import {
  freeSpokenDigits,
  freeSpokenDigitsInfo,
  freeSpokenDigitsNames,
  isFreeSpokenDigit,
} from "./sound/freeSpokenDigits.js";
import { ravdess } from "./sound/ravdess.js";
import { savee } from "./sound/savee.js";
import { speechCommands } from "./sound/speechCommands.js";
import { tess } from "./sound/tess.js";
import { asvSpoof } from "./spoof/asvSpoof.js";
import { inTheWild } from "./spoof/inTheWild.js";
import { spoofProtocol } from "./spoof/spoofProtocol.js";
import { waveFake } from "./spoof/waveFake.js";
import { type Corpus, CorpusError, type CorpusInfo } from "./types.js";
import { grid } from "./video/grid.js";

/** A corpus of sound that Earshot can read. */
export interface CorpusKind {
  info: CorpusInfo;
  /** What can be told apart in it; the first is the default. Empty: the folders' names. */
  labels: readonly string[];
  /** How its folder or archive is called. */
  names?: RegExp;
  /** Is this path, below the root, one of its sound files? */
  isFile?: (file: string) => boolean;
  /** Ids of all items that its own lists name, whether their files are here or not. */
  listed?: (storage: Storage) => Promise<Iterable<string>>;
  /** Reads it from a folder or an archive. */
  load(options: LabelledOptions<string>): Promise<Corpus>;
}

type Loader = (options: LabelledOptions<never>) => Promise<Corpus>;
const byLayout = <L extends string>(loader: AudioCorpusLoader<L>): CorpusKind => ({
  ...loader.definition,
  load: loader as unknown as CorpusKind["load"],
});
const loader = (load: Loader): CorpusKind["load"] => load as CorpusKind["load"];

/** All corpora of sound, by the name that recipes use as `kind`. */
export const corpora: Readonly<Record<string, CorpusKind>> = {
  freeSpokenDigits: {
    info: freeSpokenDigitsInfo,
    labels: ["digit", "speaker"],
    names: freeSpokenDigitsNames,
    isFile: isFreeSpokenDigit,
    load: loader(freeSpokenDigits),
  },
  audioMnist: {
    info: audioMnistInfo,
    labels: ["digit", "speaker"],
    names: audioMnistNames,
    isFile: isAudioMnistFile,
    load: loader(audioMnist),
  },
  ravdess: byLayout(ravdess),
  emoDb: byLayout(emoDb),
  cremaD: byLayout(cremaD),
  tess: byLayout(tess),
  savee: byLayout(savee),
  esc10: byLayout(esc10),
  esc50: byLayout(esc50),
  speechCommands: byLayout(speechCommands),
  asvSpoof: byLayout(asvSpoof),
  inTheWild: byLayout(inTheWild),
  waveFake: byLayout(waveFake),
  spoofProtocol: byLayout(spoofProtocol),
  grid: byLayout(grid),
  audioFolder: { info: audioFolderInfo, labels: [], load: loader(audioFolder) },
};

/**
 * Which corpus lies in a folder or archive, by the names of its files: that whose rule at least nine in ten sound files follow.
 *
 * @returns a key of {@link corpora}; "audioFolder" where sound lies in folders but no corpus is known
 * @throws CorpusError if there is no sound below the root
 */
export async function detectCorpus(root: string | Storage, { cacheDir }: { cacheDir?: string } = {}): Promise<string> {
  const { files } = await openStorage(root, { cacheDir });
  const sounds = files.filter(isAudioName);
  if (sounds.length === 0) throw new CorpusError(`detectCorpus: found no sound files in ${nameOf(root)}.`);
  for (const [name, { isFile }] of Object.entries(corpora)) {
    if (name === "spoofProtocol" && files.some((file) => /(^|\/)protocol\.tsv$/i.test(file))) return name;
    if (
      name === "inTheWild" &&
      files.some((file) => /(^|\/)meta\.csv$/i.test(file)) &&
      sounds.every((f) => /^\d+\./.test(f.split("/").pop() ?? ""))
    )
      return name;
    if (isFile && sounds.filter(isFile).length >= 0.9 * sounds.length) return name;
  }
  return "audioFolder";
}

/** Options of {@link loadCorpus}. */
export interface LoadCorpusOptions extends Omit<SyntheticSpeechOptions, "label"> {
  /** A key of {@link corpora}, "spokenDigits" (any corpus of digits, synthetic without a root), "syntheticSpeech", or "auto". */
  kind: string;
  /** Folder or archive. */
  root?: string | Storage;
  /** What is to be told apart (default: the corpus' first). */
  label?: string;
  cacheDir?: string;
}

/**
 * Reads a corpus by name; what recipes and the command line call.
 *
 * @throws CorpusError if the kind needs a root and there is none, or what it needs is not in it
 * @throws RangeError if the kind is not known, or it has no such label
 */
export async function loadCorpus({ kind, root, label, cacheDir, ...synthetic }: LoadCorpusOptions): Promise<Corpus> {
  if (kind === "syntheticSpeech" || (kind === "spokenDigits" && root === undefined)) {
    return syntheticSpeech({ ...synthetic, label: label as SyntheticSpeechOptions["label"] });
  }
  if (kind !== "spokenDigits" && kind !== "auto" && !Object.hasOwn(corpora, kind)) {
    const known = [...Object.keys(corpora), "spokenDigits", "syntheticSpeech", "auto"].join(", ");
    throw new RangeError(`loadCorpus: kind must be one of ${known}, got ${JSON.stringify(kind)}.`);
  }
  if (root === undefined) {
    throw new CorpusError(
      `loadCorpus: ${kind} is read from disk; name its folder or archive (--data DIR, or EARSHOT_DATA).`,
    );
  }
  const name =
    kind === "spokenDigits"
      ? await findDigits(root, cacheDir)
      : kind === "auto"
        ? await detectCorpus(root, { cacheDir })
        : kind;
  return corpora[name].load({ root, label, cacheDir });
}

/** The corpus of digits in a folder: one that lies there by name, else by what the files are called. */
async function findDigits(root: string | Storage, cacheDir: string | undefined): Promise<string> {
  const names = ["freeSpokenDigits", "audioMnist"];
  for (const name of names) {
    const { names: pattern, isFile } = corpora[name];
    const storage = await openStorage(root, { names: pattern, cacheDir });
    if (storage.files.some((file) => isFile?.(file))) return name;
  }
  throw new CorpusError(
    `loadCorpus: found no spoken digits in ${nameOf(root)}; needed are files such as 7_jackson_32.wav (FSDD) or 7_01_4.wav (AudioMNIST).`,
  );
}
