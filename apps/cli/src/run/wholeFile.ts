import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file that appears whole or not at all: a temporary name beside it, fsync, rename.
 *
 * @param options.within a folder that is not made again where it is gone (default: every folder on the way is made)
 * @throws the system's error (ENOSPC, EACCES …), with nothing left behind
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { within }: { within?: string } = {},
): Promise<void> {
  if (dirname(path) !== within) await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw Object.assign(error as Error, { path });
  }
}

/** {@link writeWhole} of indented JSON. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
