/** What every loader of a corpus takes. */
export interface CorpusOptions {
  /** Folder or archive; a folder of many corpora is looked through for the right one. */
  root: string;
  /** Folder for extracted archives (default `$EARSHOT_CACHE/archives` or `~/.cache/earshot/archives`). */
  cacheDir?: string;
}

/** {@link CorpusOptions} of a corpus in which several things can be learnt. */
export interface LabelledOptions<L extends string> extends CorpusOptions {
  /** What is to be told apart. */
  label?: L;
}
