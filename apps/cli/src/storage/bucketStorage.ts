import type { Storage } from "@earshot/datasets/node";
import { UserError } from "../cli/errors.js";
import { openS3 } from "./s3.js";
import { belowKey, isS3Url, parseS3Url, s3Url } from "./s3Url.js";

/** Files in a bucket, with a fingerprint of each. */
export interface BucketStorage extends Storage {
  tag(url: string): string | undefined;
}

/**
 * The files below a URL, as loaders of corpora take them; paths are URLs. A path is itself.
 *
 * @throws UserError if there is none
 */
export async function openRoot(root: string): Promise<string | BucketStorage> {
  if (!isS3Url(root)) return root;
  const s3 = await openS3();
  const base = parseS3Url(root);
  const prefix = base.key === "" ? "" : belowKey(base, "").key;
  const tags = new Map<string, string>();
  for await (const { key, tag } of s3.list(s3Url({ ...base, key: prefix }))) {
    const file = key.slice(prefix.length);
    if (!file.split("/").some((part) => part.startsWith("."))) tags.set(file, tag);
  }
  if (tags.size === 0) throw new UserError(`There is nothing below ${root}; check the URL.`);
  const url = (file: string): string => s3Url({ bucket: base.bucket, key: prefix + file });
  return {
    source: root,
    root,
    files: [...tags.keys()].sort(),
    path: url,
    read: (file) => s3.get(url(file)),
    tag: (address) => tags.get(parseS3Url(address).key.slice(prefix.length)),
  };
}
