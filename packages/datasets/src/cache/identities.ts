import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Remembers the sound's fingerprint of files that have not changed since, so that a second run need not decode them. */
export interface Identities {
  /** Fingerprint of the sound in a file, if it has the size and time of change it had then. */
  lookUp(path: string): string | undefined;
  remember(path: string, audio: string): void;
  /** Writes what was remembered; files appear whole or not at all. */
  save(): void;
}

type Entry = [size: number, mtimeMs: number, audio: string];

/** One JSON file for each folder of recordings. */
export function openIdentities(dir: string): Identities {
  const folders = new Map<string, { entries: Record<string, Entry>; news: Record<string, Entry> }>();
  const fileOf = (folder: string): string =>
    join(dir, `${createHash("sha256").update(folder).digest("hex").slice(0, 24)}.json`);
  const open = (folder: string) => {
    let known = folders.get(folder);
    if (!known) {
      known = { entries: readEntries(fileOf(folder)), news: Object.create(null) };
      folders.set(folder, known);
    }
    return known;
  };
  return {
    lookUp(path) {
      const entry = open(dirname(path)).entries[basename(path)];
      if (!entry) return undefined;
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat && stat.size === entry[0] && stat.mtimeMs === entry[1] ? entry[2] : undefined;
    },
    remember(path, audio) {
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat) return;
      const known = open(dirname(path));
      known.news[basename(path)] = [stat.size, stat.mtimeMs, audio];
      known.entries[basename(path)] = known.news[basename(path)];
    },
    save() {
      for (const [folder, known] of folders) {
        if (Object.keys(known.news).length === 0) continue;
        mkdirSync(dir, { recursive: true });
        const file = fileOf(folder);
        // Other processes may have learned other files meanwhile.
        known.entries = Object.assign(readEntries(file), known.news);
        const temporary = `${join(dir, `.${basename(file)}`)}.${process.pid}.${randomBytes(4).toString("hex")}`;
        writeFileSync(temporary, JSON.stringify(known.entries));
        renameSync(temporary, file);
        known.news = Object.create(null);
      }
    },
  };
}

function readEntries(file: string): Record<string, Entry> {
  try {
    return Object.assign(Object.create(null), JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // Not there yet, or damaged: it is only a memory, and is made anew.
    return Object.create(null);
  }
}
