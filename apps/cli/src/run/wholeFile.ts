import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";

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
  if (within === undefined) await mkdir(dirname(path), { recursive: true });
  else await makeBelow(dirname(path), within);
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

/** Makes the folders between one and that above it, which must be there. */
async function makeBelow(folder: string, above: string): Promise<void> {
  let path = above;
  for (const name of relative(above, folder).split(sep).filter(Boolean)) {
    path = join(path, name);
    await mkdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
}

/** {@link writeWhole} of indented JSON. */
export const writeJson = (path: string, value: unknown): Promise<void> =>
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
