import { createHash, randomBytes } from "node:crypto";
import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CorpusError } from "../corpora/types.js";
import { cacheFolder } from "./cacheFolder.js";
import { createExtraction, type ExtractionLimits } from "./extraction.js";
import { extractTar } from "./tar.js";
import { extractZip } from "./zip.js";

/** Kinds of archive that {@link extractArchive} opens, told by content. */
export type ArchiveKind = "tar" | "tar.gz" | "zip";

/** Options of {@link extractArchive}. */
export interface ExtractOptions extends ExtractionLimits {
  /** Folder for extracted archives (default `$EARSHOT_CACHE/archives` or `~/.cache/earshot/archives`). */
  cacheDir?: string;
}

/** Written last into an extracted archive: what it was made from, how much it holds. */
const stampName = ".earshot-archive.json";

/** Does the name look like an archive we open? The content decides when it is opened. */
export const isArchiveName = (name: string): boolean => /\.(tar|tar\.gz|tgz|zip)$/i.test(name);

/**
 * Extracts an archive into the cache, once; later calls find it there.
 *
 * The folder appears whole or not at all (written under a temporary name, then renamed), so processes that extract the same
 * archive at once do not disturb each other. An archive is known by its path, size and time of change. gzip and zip check sums are verified.
 * Entries that are absolute, climb with "..", are links or devices, or unpack to far more than the archive's size are refused.
 *
 * @returns path of the folder
 * @throws CorpusError if the file is no archive, is damaged, or holds a refused entry; nothing is left behind then
 */
export async function extractArchive(path: string, options: ExtractOptions = {}): Promise<string> {
  const { cacheDir = join(cacheFolder(), "archives"), ...limits } = options;
  const source = realpathSync(path);
  const { size, mtimeMs } = statSync(source);
  const kind = archiveKind(source);
  if (!kind) throw new CorpusError(`${path} is not a tar, tar.gz or zip archive.`);
  const key = createHash("sha256").update(`${source}\0${size}\0${mtimeMs}`).digest("hex").slice(0, 16);
  const name = basename(source).replace(/\.(tar|tar\.gz|tgz|zip)$/i, "");
  const target = join(cacheDir, `${name}-${key}`);
  if (await isWhole(target)) {
    // Marks it as used: the oldest can be thrown away first.
    await utimes(target, new Date(), new Date()).catch(() => undefined);
    return target;
  }

  await mkdir(cacheDir, { recursive: true });
  const temporary = join(cacheDir, `.${name}-${key}.${process.pid}.${randomBytes(4).toString("hex")}`);
  try {
    const extraction = createExtraction({ archive: path, folder: temporary, archiveBytes: size, ...limits });
    if (kind === "zip") await extractZip(source, extraction);
    else await extractTar(source, extraction, { gzip: kind === "tar.gz" });
    const { files, bytes } = await extraction.finish();
    if (files === 0) throw new CorpusError(`${path} holds no files.`);
    await writeFile(join(temporary, stampName), JSON.stringify({ source, size, mtimeMs, files, bytes }));
    await settle(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (error instanceof CorpusError) throw error;
    throw new CorpusError(`${path} cannot be extracted: ${messageOf(error)}.`, { cause: error });
  }
  return target;
}

/** Renames the finished folder; where another process was faster, its folder is used. */
async function settle(temporary: string, target: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(temporary, target);
    } catch (error) {
      if (await isWhole(target)) return rm(temporary, { recursive: true, force: true });
      if (attempt > 0) throw error;
      // Half a folder that something else left: take it away and try again.
      await rm(target, { recursive: true, force: true });
    }
  }
}

async function isWhole(folder: string): Promise<boolean> {
  const stamp = await stat(join(folder, stampName)).catch(() => undefined);
  return stamp !== undefined && (await readdir(folder)).length > 1;
}

function archiveKind(path: string): ArchiveKind | undefined {
  const head = new Uint8Array(512);
  const file = openSync(path, "r");
  let length: number;
  try {
    length = readSync(file, head, 0, 512, 0);
  } finally {
    closeSync(file);
  }
  const text = (at: number, n: number): string => String.fromCharCode(...head.subarray(at, at + n));
  if (head[0] === 0x1f && head[1] === 0x8b) return "tar.gz";
  if (text(0, 4) === "PK\x03\x04" || text(0, 4) === "PK\x05\x06") return "zip";
  // Archives of before 1988 have no "ustar"; their names tell them.
  if (length === 512 && (text(257, 5) === "ustar" || /\.tar$/i.test(path))) return "tar";
  return undefined;
}

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
