import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createGunzip } from "node:zlib";
import { dataPath } from "@earshot/testing";

export { dataPath };

/** Files of an archive of the data folder by their names, those that are wanted; a plain tar reader is all it takes. */
export async function filesOf(
  archive: string,
  wanted: (name: string, path: string) => boolean,
): Promise<Record<string, Uint8Array>> {
  const parts: Buffer[] = [];
  for await (const chunk of createReadStream(dataPath(archive) as string).pipe(createGunzip()))
    parts.push(chunk as Buffer);
  const tar = Buffer.concat(parts);
  const files: Record<string, Uint8Array> = {};
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const path = tar.toString("latin1", at, at + 100).replace(/\0.*$/, "");
    const size = Number.parseInt(tar.toString("latin1", at + 124, at + 135), 8);
    if (wanted(basename(path), path))
      files[wanted.length > 1 ? path : basename(path)] = tar.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
