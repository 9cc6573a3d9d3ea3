import { existsSync, readdirSync } from "node:fs";
import { mkdir, open, rm, stat, truncate } from "node:fs/promises";
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
  /** Makes sure that log.jsonl is on the disk. @returns its length in bytes */
  syncLog(): Promise<number>;
  /** Takes what was logged after so many bytes away again. */
  cutLog(bytes: number): Promise<void>;
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

/**
 * The folder of a run that is to be gone on with; a new one where there is none yet, as after a start that came to nothing.
 *
 * @param given path asked for; without one, the youngest of `runs/NAME-1`, `runs/NAME-2` …
 */
export async function openRunFolder(given: string | undefined, name: string): Promise<RunFolder> {
  const dir = given === undefined ? youngestRun(name) : resolve(given);
  if (dir === undefined || !existsSync(dir)) return createRunFolder(given, name);
  for (const file of readdirSync(dir)) {
    // What a killed process was writing.
    if (/^\..*\.tmp$|^\.model-/.test(file)) await rm(join(dir, file), { recursive: true, force: true });
  }
  return runFolderAt(dir);
}

/** The last of `runs/NAME-1`, `runs/NAME-2` …; undefined where there is none. */
function youngestRun(name: string): string | undefined {
  const base = resolve("runs");
  const numbers = (existsSync(base) ? readdirSync(base) : [])
    .filter((file) => file.startsWith(`${name}-`))
    .map((file) => Number(file.slice(name.length + 1)))
    .filter((number) => Number.isInteger(number) && number > 0);
  return numbers.length > 0 ? join(base, `${name}-${Math.max(...numbers)}`) : undefined;
}

export function runFolderAt(dir: string): RunFolder {
  const path = (...parts: string[]): string => join(dir, ...parts);
  const logPath = path("log.jsonl");
  const withLog = async <T>(use: (file: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> => {
    const file = await open(logPath, "a");
    return use(file).finally(() => file.close());
  };
  return {
    dir,
    path,
    write: (name, content) => writeWhole(path(name), content),
    writeJson: (name, value) => writeJson(path(name), value),
    log: (entry) => withLog((file) => file.appendFile(`${JSON.stringify(entry)}\n`)),
    async syncLog() {
      if (!existsSync(logPath)) return 0;
      return withLog(async (file) => {
        await file.datasync();
        return (await file.stat()).size;
      });
    },
    async cutLog(bytes) {
      if (existsSync(logPath) && (await stat(logPath)).size > bytes) await truncate(logPath, bytes);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}
