import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../cli/errors.js";
import { writeWhole } from "../run/wholeFile.js";
import { openS3 } from "./s3.js";
import { belowKey, isS3Url, parseS3Url, s3Url } from "./s3Url.js";

/** A folder on a disk, or what begins with a key in a bucket: where the parts of work that several machines share lie. */
export interface Place {
  /** Path or URL of what is in it. */
  at(name: string): string;
  has(name: string): Promise<boolean>;
  read(name: string): Promise<Uint8Array>;
  /** What is written appears whole or not at all; where the place is gone, it is not made again. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** A file of this machine, of any size, is moved to it. */
  take(name: string, path: string): Promise<void>;
  /** Takes everything in it away. */
  remove(): Promise<void>;
  /** Makes it, where it is not there. */
  make(): Promise<void>;
  /** @throws UserError if this machine does not see it */
  require(): Promise<void>;
}

/** @param given path of a folder, or `s3://bucket/key` */
export function openPlace(given: string): Place {
  return isS3Url(given) ? inBucket(given) : inFolder(resolve(given));
}

/** Path or URL in the form in which every machine takes it. */
export const wholeAddress = (given: string): string => (isS3Url(given) ? s3Url(parseS3Url(given)) : resolve(given));

/** Folder of a path or URL, and the name in it. */
export function splitAddress(address: string): { folder: string; name: string } {
  const at = address.replaceAll("\\", "/").lastIndexOf("/");
  return { folder: isS3Url(address) ? address.slice(0, at) : dirname(address), name: address.slice(at + 1) };
}

function inFolder(folder: string): Place {
  const at = (name: string): string => join(folder, name);
  return {
    at,
    has: async (name) => existsSync(at(name)),
    read: (name) => readFile(at(name)),
    write: (name, content) => writeWhole(at(name), content, { within: folder }),
    take: async (name, path) => {
      const { rename, copyFile } = await import("node:fs/promises");
      await mkdir(dirname(at(name)), { recursive: true });
      await rename(path, at(name)).catch(async () => {
        await copyFile(path, `${at(name)}.tmp`);
        await rename(`${at(name)}.tmp`, at(name));
      });
    },
    remove: () => rm(folder, { recursive: true, force: true }),
    make: async () => void (await mkdir(folder, { recursive: true })),
    async require() {
      if (existsSync(folder)) return;
      throw new UserError(
        `This machine does not see ${folder}; work over a queue needs a folder that all machines share, under the same path, or s3://bucket/key.`,
      );
    },
  };
}

function inBucket(given: string): Place {
  const base = parseS3Url(given);
  const at = (name: string): string => s3Url(belowKey(base, name));
  return {
    at,
    has: async (name) => (await openS3()).has(at(name)),
    read: async (name) => (await openS3()).get(at(name)),
    write: async (name, content) => (await openS3()).put(at(name), content),
    take: async (name, path) => {
      await (await openS3()).putFile(at(name), path);
      await rm(path);
    },
    async remove() {
      const s3 = await openS3();
      const keys: string[] = [];
      for await (const { key } of s3.list(at(""))) keys.push(key);
      await s3.remove(given, keys);
    },
    // Buckets have no folders; what is missing is named when it is used.
    make: async () => {},
    require: async () => {},
  };
}
