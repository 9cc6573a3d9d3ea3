import { join } from "node:path";
import type { Corpus } from "../src/node.js";
import { temporaryFolder, toneWav, writeTree } from "./support.js";

const wav = toneWav();

/** Makes folders in a published layout, each call a new one; they are taken away when the test file is done. */
export function layoutMaker(): (files: Record<string, string | Uint8Array>) => string {
  const folder = temporaryFolder();
  let made = 0;
  return (files) => writeTree(join(folder, `case${made++}`), files);
}

/** Recordings of these names, all the same tone. */
export const sounds = (...names: string[]): Record<string, Uint8Array> =>
  Object.fromEntries(names.map((name) => [name, wav]));

/** What a corpus says of its items: id, label, group and split. */
export const facts = <T>(corpus: Corpus<T>) =>
  corpus.items.map(({ id, label, group, split }) => [id, label, group, split]);

/** The sentence that the work fails with. */
export async function rejection(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}
