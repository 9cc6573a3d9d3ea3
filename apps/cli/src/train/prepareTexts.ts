import { createHash } from "node:crypto";
import type { Item } from "@earshot/datasets";
import type { Screen } from "../cli/screen.js";
import type { Labelled } from "./items.js";
import type { Prepared } from "./prepareData.js";

/** Files read at once. */
const atOnce = 64;

/** Reads every text; the model makes its own features of them. */
export async function prepareTexts(
  items: readonly Labelled[],
  { screen, signal }: { screen: Screen; signal?: AbortSignal },
): Promise<Prepared> {
  const progress = screen.progress("texts", items.length);
  const x = new Array<string>(items.length);
  let next = 0;
  let done = 0;
  const read = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) {
      signal?.throwIfAborted();
      x[i] = await (items[i] as Item<string>).load();
      progress.update(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, read)).finally(() => progress.end());
  return {
    items: [...items],
    x,
    broken: [],
    hashes: x.map((text) => createHash("sha1").update(text.trim()).digest("base64")),
    durationSec: 0,
  };
}
