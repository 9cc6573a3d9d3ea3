import { basename, extname } from "node:path";
import { loadClip } from "../storage/loadClip.js";
import type { Storage } from "../storage/storage.js";
import type { Item } from "./types.js";

/** Does the name look like sound? What it is, its content decides when it is loaded. */
export const isAudioName = (file: string): boolean =>
  /\.(wav|wave|flac|mp3|ogg|oga|opus|m4a|mp4|aac|aif|aiff|wma|amr|au|webm|mpg|mpeg|avi|mkv|mov)$/i.test(file);

/** File name without folders and extension. */
export const stem = (file: string): string => basename(file, extname(file));

/** What a loader says of an item; the rest follows from the file. */
export type ItemFacts = Omit<Item, "load" | "path">;

/**
 * Items of the files that a corpus' naming rule accepts.
 *
 * Where two files have one id (some downloads hold every file twice), the first path counts.
 *
 * @param describe facts of a file, or undefined when it is none of the corpus
 */
export function audioItems(storage: Storage, describe: (file: string) => ItemFacts | undefined): Item[] {
  const items = new Map<string, Item>();
  for (const file of storage.files) {
    if (!isAudioName(file)) continue;
    const facts = describe(file);
    if (!facts || items.has(facts.id)) continue;
    const path = storage.path(file);
    items.set(facts.id, { ...facts, path, load: () => loadClip(path, { name: file }) });
  }
  return [...items.values()];
}
