import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CorpusError } from "../corpora/types.js";

export interface ExtractionLimits {
  /** Bytes that may come out in all (default 200 GiB). */
  maxBytes?: number;
  /** Files that may come out (default 5,000,000). */
  maxFiles?: number;
  /** Bytes that may come out per byte of archive, beyond the first 64 MiB (default 200; gzip's own limit is about 1,000). */
  maxRatio?: number;
}

/** Takes the entries of an archive, checks each, and writes them below one folder. */
export interface Extraction {
  /** Checks a name and where it leads; undefined for clutter that is left out. */
  place(name: string, kind: string): string | undefined;
  /** Counts bytes as they come out. */
  count(bytes: number): void;
  /** Writes a small file; resolves as soon as the next may come. */
  write(path: string, content: Uint8Array): Promise<void>;
  /** Writes a large file from a stream whose bytes are counted here. */
  writeStream(path: string, content: Readable): Promise<void>;
  /** Waits for all files. */
  finish(): Promise<{ files: number; bytes: number }>;
}

const writesAtOnce = 16;

export function createExtraction({
  archive,
  folder,
  archiveBytes,
  maxBytes = 200 * 2 ** 30,
  maxFiles = 5_000_000,
  maxRatio = 200,
}: ExtractionLimits & { archive: string; folder: string; archiveBytes: number }): Extraction {
  let files = 0;
  let bytes = 0;
  let failure: unknown;
  const made = new Set<string>();
  const running = new Set<Promise<void>>();
  const allowed = Math.min(maxBytes, 64 * 2 ** 20 + maxRatio * archiveBytes);

  const start = (work: Promise<void>): void => {
    const tracked: Promise<void> = work
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => running.delete(tracked));
    running.add(tracked);
  };
  const prepare = (path: string): void => {
    if (failure) throw failure;
    if (++files > maxFiles) throw new CorpusError(`${archive} holds more than ${maxFiles} files; it is refused.`);
    const parent = dirname(path);
    if (made.has(parent)) return;
    mkdirSync(parent, { recursive: true });
    made.add(parent);
  };
  mkdirSync(folder, { recursive: true });

  return {
    place(name, kind) {
      const refuse = (reason: string): never => {
        throw new CorpusError(`${archive}: entry ${JSON.stringify(name)} ${reason}; the archive is refused.`);
      };
      if (kind !== "file" && kind !== "directory") refuse(`is a ${kind}`);
      if (name.includes("\0")) refuse("has a zero byte in its name");
      if (name.startsWith("/") || /^[A-Za-z]:/.test(name) || name.startsWith("\\")) refuse("has an absolute name");
      const parts = name.split(/[/\\]/).filter((part) => part !== "" && part !== ".");
      if (parts.includes("..")) refuse("climbs out of the folder");
      if (parts.some((part) => part.startsWith(".") || part === "__MACOSX")) return undefined;
      if (kind === "directory" || parts.length === 0) return undefined;
      return join(folder, ...parts);
    },
    count(more) {
      bytes += more;
      if (bytes > allowed) {
        throw new CorpusError(
          `${archive} unpacks to more than ${allowed} bytes from ${archiveBytes}; that looks like a bomb and is refused.`,
        );
      }
    },
    async write(path, content) {
      prepare(path);
      // For small files the way through the thread pool costs more than the writing.
      if (content.length <= 2 ** 20) return writeFileSync(path, content);
      start(writeFile(path, content));
      if (running.size >= writesAtOnce) await Promise.race(running);
    },
    async writeStream(path, content) {
      prepare(path);
      content.on("data", (chunk: Uint8Array) => {
        try {
          this.count(chunk.length);
        } catch (error) {
          content.destroy(error as Error);
        }
      });
      await pipeline(content, createWriteStream(path));
    },
    async finish() {
      await Promise.all(running);
      if (failure) throw failure;
      return { files, bytes };
    },
  };
}
