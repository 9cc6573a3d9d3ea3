import { existsSync } from "node:fs";
import { appendFile, mkdir, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../cli/errors.js";
import { writeJson, writeWhole } from "./wholeFile.js";

/** Where a run's files go. */
export interface RunFolder {
  readonly dir: string;
  path(...parts: string[]): string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  writeJson(name: string, value: unknown): Promise<void>;
  /** Adds a line to log.jsonl. */
  log(entry: Record<string, unknown>): Promise<void>;
  /** Takes the whole folder away, as if the run had not been. */
  remove(): Promise<void>;
}

/**
 * A new folder for a run.
 *
 * @param given path asked for; without one, `runs/NAME-1`, `runs/NAME-2` … is taken
 * @throws UsageError if the folder asked for exists
 */
export async function createRunFolder(given: string | undefined, name: string): Promise<RunFolder> {
  if (given !== undefined) {
    const dir = resolve(given);
    if (existsSync(dir)) throw existing(given);
    await mkdir(dirname(dir), { recursive: true });
    await mkdir(dir).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? existing(given) : Object.assign(error, { path: given });
    });
    return runFolderAt(dir);
  }
  const base = resolve("runs");
  await mkdir(base, { recursive: true });
  for (let number = 1; ; number++) {
    const dir = join(base, `${name}-${number}`);
    // mkdir fails where another process was quicker: both get a folder of their own.
    const made = existsSync(dir) ? false : await mkdir(dir).then(() => true, notExisting);
    if (made) return runFolderAt(dir);
  }
}

function notExisting(error: NodeJS.ErrnoException): false {
  if (error.code !== "EEXIST") throw error;
  return false;
}

const existing = (given: string): UsageError =>
  new UsageError(`${given} exists already; name a new folder with --out, or remove it first.`);

export function runFolderAt(dir: string): RunFolder {
  const path = (...parts: string[]): string => join(dir, ...parts);
  return {
    dir,
    path,
    write: (name, content) => writeWhole(path(name), content),
    writeJson: (name, value) => writeJson(path(name), value),
    log: (entry) => appendFile(path("log.jsonl"), `${JSON.stringify(entry)}\n`),
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
