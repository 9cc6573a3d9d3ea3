import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import type { Place } from "../storage/place.js";
import { isS3Url } from "../storage/s3Url.js";

/** A part of a list of files that is worked through at once. */
export interface FileShard<T> {
  /** Made from what is in it: a file that has changed makes another shard. */
  name: string;
  items: T[];
}

/**
 * Files of a shard: a thousand, up to five where there are tens of millions, so that handing it out costs nothing; fewer of short lists, so
 * that every worker gets some, yet not so few that what a worker loads first is felt.
 */
export function shardSize(files: number): number {
  const some = Math.ceil(files / 64);
  return Math.min(Math.max(some, 128), Math.max(1000, Math.min(5000, Math.ceil(files / 20_000))));
}

/**
 * Parts of a list, the same whoever works them off.
 *
 * @param what everything else that the result depends on
 * @param options.path of an item @param options.tag of a file that no disk knows: its fingerprint @param options.size items of a shard
 */
export function shardsOf<T>(
  items: readonly T[],
  what: unknown,
  {
    path,
    tag,
    size = shardSize(items.length),
  }: { path(item: T): string; tag?(path: string): string | undefined; size?: number },
): FileShard<T>[] {
  const count = Math.ceil(items.length / size);
  const digits = String(count).length;
  return Array.from({ length: count }, (_, i) => {
    const own = items.slice(i * size, (i + 1) * size);
    const hash = createHash("sha256").update(JSON.stringify(what));
    for (const item of own) hash.update(JSON.stringify([item, fileTag(path(item), tag)]));
    return { name: `${String(i + 1).padStart(digits, "0")}-${hash.digest("hex").slice(0, 16)}`, items: own };
  });
}

function fileTag(path: string, tag?: (path: string) => string | undefined): unknown {
  if (isS3Url(path)) return tag?.(path);
  const stat = statSync(path, { throwIfNoEntry: false });
  return [stat?.size, stat?.mtimeMs];
}

/** Lists written at once. */
const atOnce = 16;

/** Writes what each shard holds beside its result to be, so that jobs carry a name in place of a thousand paths. */
export async function writeLists<T>(
  place: Place,
  shards: readonly FileShard<T>[],
  nameOf: (name: string) => string,
): Promise<void> {
  await place.make();
  for (let i = 0; i < shards.length; i += atOnce) {
    await Promise.all(
      shards.slice(i, i + atOnce).map(async ({ name, items }) => {
        const file = nameOf(name);
        if (!(await place.has(file))) await place.write(file, JSON.stringify(items));
      }),
    );
  }
}
