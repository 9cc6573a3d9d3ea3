import type { Storage } from "../storage/storage.js";

/** What every loader of a corpus takes. */
export interface CorpusOptions {
  /** Folder or archive; a folder of many corpora is looked through for the right one. */
  root: string;
  /** Folder for extracted archives (default `$EARSHOT_CACHE/archives` or `~/.cache/earshot/archives`). */
  cacheDir?: string;
}

/** {@link CorpusOptions} of recordings, whose files may lie elsewhere than on this machine. */
export interface SoundCorpusOptions extends Omit<CorpusOptions, "root"> {
  /** Folder or archive, as of other corpora; or files that were listed elsewhere, such as in a bucket. */
  root: string | Storage;
}

/** {@link SoundCorpusOptions} of a corpus in which several things can be learnt. */
export interface LabelledOptions<L extends string> extends SoundCorpusOptions {
  /** What is to be told apart. */
  label?: L;
}
