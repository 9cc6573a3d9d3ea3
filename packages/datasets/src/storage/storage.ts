import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { CorpusError } from "../corpora/types.js";
import { type ExtractOptions, extractArchive, isArchiveName } from "./archive.js";
import { commonFolder, isClutter, listFiles } from "./listing.js";

/** The files of a corpus, wherever they lie. */
export interface Storage {
  /** What the user named. */
  source: string;
  /** Folder on this machine in which the files lie: the given one, one inside it, or an extracted archive. */
  root: string;
  /** Paths below the root, with "/", sorted by code units; hidden files are left out. */
  files: string[];
  /** Full path of a file. */
  path(file: string): string;
  /** Content of a file. */
  read(file: string): Promise<Uint8Array>;
}

/** Options of {@link openStorage}. */
export interface OpenStorageOptions extends ExtractOptions {
  /** How the corpus' folder or archive is called, so that a folder of many corpora can be named. */
  names?: RegExp;
}

/**
 * Opens a folder, a `.tar`, `.tar.gz`, `.tgz` or a `.zip`; archives are extracted into the cache, once.
 *
 * In a folder that holds a folder or archive of the corpus' name, that one is opened; so is a single archive.
 * Folders that hold all files are entered, so that `root` is where the corpus' own layout starts. Files that somebody else has listed
 * (of a bucket, say) are taken as they are.
 *
 * @throws CorpusError if nothing is there, it is neither folder nor archive, the archive is refused, or there is no file in it
 */
export async function openStorage(
  path: string | Storage,
  { names, ...extract }: OpenStorageOptions = {},
): Promise<Storage> {
  if (typeof path !== "string") {
    if (typeof path?.read === "function") return path;
    throw new TypeError(
      `openStorage: root must be the path of a folder or archive, or a Storage, got ${String(path)}.`,
    );
  }
  const folder = await resolveFolder(path, names, extract);
  const all = listFiles(folder);
  if (all.length === 0) throw new CorpusError(`${path} is empty; name a folder or archive that holds the corpus.`);
  const top = commonFolder(all);
  const root = join(folder, top);
  const files = top === "" ? all : all.map((file) => file.slice(top.length));
  const at = (file: string): string => join(root, file);
  return { source: path, root, files, path: at, read: (file) => readFile(at(file)) };
}

async function resolveFolder(path: string, names: RegExp | undefined, extract: ExtractOptions): Promise<string> {
  const full = resolve(path);
  if (!existsSync(full))
    throw new CorpusError(`${path} does not exist; name a folder or archive that holds the corpus.`);
  if (!statSync(full).isDirectory()) return extractArchive(full, extract);
  const inside = readdirSync(full, { withFileTypes: true }).filter((entry) => !isClutter(entry.name));
  const isPlace = (name: string): boolean => isArchiveName(name) || statSync(join(full, name)).isDirectory();
  if (names && !names.test(basename(full))) {
    const named = inside.filter(({ name }) => names.test(name) && isPlace(name)).map(({ name }) => name);
    // The folder before the archive it came from.
    const best = named.find((name) => !isArchiveName(name)) ?? named[0];
    if (best !== undefined) return resolveFolder(join(full, best), names, extract);
  }
  const archives = inside.filter(({ name }) => isArchiveName(name));
  if (archives.length === 1 && inside.every((entry) => entry.isFile()))
    return extractArchive(join(full, archives[0].name), extract);
  return full;
}
