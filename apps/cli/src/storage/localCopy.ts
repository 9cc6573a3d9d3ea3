import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "@earshot/datasets/node";
import { UserError } from "../cli/errors.js";
import { openS3 } from "./s3.js";
import { belowKey, isS3Url, parseS3Url, s3Url } from "./s3Url.js";

/** A file of this machine for as long as it is worked on, or why there is none. */
export interface LocalFile {
  path: string;
  error?: Error;
}

/** Objects fetched while others are worked on: a storage answers after a while, but many at once. */
const ahead = 16;

/**
 * Files of this machine, one after the other: those at paths as they are, objects as copies that are there until the next is asked for.
 *
 * @param addresses paths or `s3://bucket/key`
 */
export async function* localFiles(addresses: readonly string[]): AsyncGenerator<LocalFile> {
  let folder: string | undefined;
  const fetched: Promise<LocalFile>[] = [];
  const fetchOne = (address: string, i: number): Promise<LocalFile> =>
    isS3Url(address)
      ? copyTo(join(folder as string, String(i)), address).then(
          (path) => ({ path }),
          (error: Error) => ({ path: address, error }),
        )
      : Promise.resolve({ path: address });
  try {
    if (addresses.some(isS3Url)) folder = await mkdtemp(join(tmpdir(), "earshot-"));
    for (const i of addresses.keys()) {
      while (fetched.length < Math.min(addresses.length, i + ahead)) {
        fetched.push(fetchOne(addresses[fetched.length], fetched.length));
      }
      const file = await fetched[i];
      yield file;
      if (file.path !== addresses[i]) await rm(dirname(file.path), { recursive: true, force: true });
    }
  } finally {
    if (folder) {
      await Promise.all(fetched);
      await rm(folder, { recursive: true, force: true });
    }
  }
}

async function copyTo(folder: string, address: string): Promise<string> {
  const content = await (await openS3()).get(address);
  await mkdir(folder);
  const path = join(folder, basename(parseS3Url(address).key));
  await writeFile(path, content);
  return path;
}

/**
 * A folder of this machine that holds what begins with a URL's key, copied into the cache once; a path is itself.
 *
 * @param only names below it that are wanted (default all)
 * @throws UserError if there is nothing
 */
export async function localFolder(address: string, only: (name: string) => boolean = () => true): Promise<string> {
  if (!isS3Url(address)) return address;
  const s3 = await openS3();
  const base = parseS3Url(address);
  const prefix = belowKey(base, "").key;
  const wanted: { key: string; name: string; tag: string }[] = [];
  for await (const { key, tag } of s3.list(s3Url({ ...base, key: prefix }))) {
    const name = key.slice(prefix.length);
    if (only(name)) wanted.push({ key, name, tag });
  }
  if (wanted.length === 0) throw new UserError(`${address} holds nothing that is needed; check the URL.`);
  const hash = createHash("sha256")
    .update(JSON.stringify([base, wanted]))
    .digest("hex")
    .slice(0, 24);
  const target = join(cacheFolder(), "buckets", hash);
  if (existsSync(target)) return target;
  await mkdir(dirname(target), { recursive: true });
  const folder = await mkdtemp(`${target}.`);
  try {
    for (const { key, name } of wanted) {
      // Keys may hold anything; a file must not land outside of its folder.
      if (name.split("/").includes(".."))
        throw new UserError(`${address} holds ${name}, which would lie outside of it.`);
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), await s3.get(s3Url({ bucket: base.bucket, key })));
    }
    await rename(folder, target);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(target)) throw error;
  }
  return target;
}
