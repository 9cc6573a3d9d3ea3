import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Folder of real corpora, when the environment names one; tests that need it skip without. */
export const dataFolder: string | undefined = process.env.EARSHOT_DATA ? resolve(process.env.EARSHOT_DATA) : undefined;

/**
 * Path of one corpus in the data folder, or undefined where it is not there: `describe.skipIf(!dataPath("EmoDB.tar.gz"))`.
 *
 * @param name file or folder below `$EARSHOT_DATA`
 */
export function dataPath(name: string): string | undefined {
  if (!dataFolder) return undefined;
  const path = join(dataFolder, name);
  return existsSync(path) ? path : undefined;
}
