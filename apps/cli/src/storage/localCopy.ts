import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "@earshot/datasets/node";
import { UserError } from "../cli/errors.js";
import { openS3 } from "./s3.js";
import { belowKey, isS3Url, parseS3Url, s3Url } from "./s3Url.js";

/** Works on a file of this machine: the one at a path, or a copy of an object that is there for so long. */
export async function withLocalFile<T>(address: string, work: (path: string) => Promise<T>): Promise<T> {
  if (!isS3Url(address)) return work(address);
  const content = await (await openS3()).get(address);
  const folder = await mkdtemp(join(tmpdir(), "earshot-"));
  try {
    const path = join(folder, basename(parseS3Url(address).key));
    await writeFile(path, content);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
