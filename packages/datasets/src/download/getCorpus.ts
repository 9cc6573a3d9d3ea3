import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listCorpora } from "../corpora/listCorpora.js";
import { CorpusError } from "../corpora/types.js";
import { type DownloadOptions, downloadFile } from "./downloadFile.js";
import { type CorpusFile, corpusSources } from "./sources.js";

/** Options of {@link getCorpus}. */
export interface GetCorpusOptions extends Omit<DownloadOptions, "checksum" | "onProgress"> {
  /** Folder for the files. */
  dir: string;
  /** Files to fetch, instead of those of the list: a mirror. */
  files?: readonly CorpusFile[];
  onProgress?: (file: string, received: number, total: number | undefined) => void;
}

/**
 * Downloads a corpus from its official server; only when asked to, never by a loader.
 *
 * Archives stay as they are: loaders open them. Where no check sum is published, that of the first download is written beside the file and held against later ones.
 *
 * @param name a corpus of `corpusSources`
 * @returns the files' paths
 * @throws RangeError if there is no corpus of this name
 * @throws CorpusError if the corpus cannot be had without its owner's form
 * @throws DownloadError if a file cannot be had, or is not the right one
 */
export async function getCorpus(
  name: string,
  { dir, files = corpusSources[name], onProgress, ...options }: GetCorpusOptions,
): Promise<string[]> {
  if (!files) {
    const known = Object.keys(corpusSources).join(", ");
    if (!listCorpora().some((corpus) => corpus.name === name)) {
      throw new RangeError(
        `getCorpus: there is no corpus ${JSON.stringify(name)}; those that can be had are ${known}.`,
      );
    }
    throw new CorpusError(
      `getCorpus: ${name} is not to be had by itself; its page says how (earshot data info ${name}). Those that are: ${known}.`,
    );
  }
  const paths: string[] = [];
  for (const file of files) {
    const path = join(dir, file.name);
    const note = `${path}.sha256`;
    const noted = file.checksum || !existsSync(note) ? undefined : readFileSync(note, "utf8").trim();
    const checksum = file.checksum ?? (noted ? { algorithm: "sha256" as const, value: noted } : undefined);
    const { sha256 } = await downloadFile(file.url, path, {
      ...options,
      checksum,
      onProgress: (received, total) => onProgress?.(file.name, received, total),
    });
    if (!checksum) writeFileSync(note, `${sha256}\n`);
    paths.push(path);
  }
  return paths;
}
