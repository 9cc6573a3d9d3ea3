import { createHash } from "node:crypto";
import type { Item } from "@earshot/datasets";
import { sentenceOf } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import type { Broken } from "../features/extractAll.js";
import { reportBroken } from "../features/reportBroken.js";
import type { Labelled } from "./items.js";
import type { Prepared } from "./prepareData.js";

/** Files read at once. */
const atOnce = 64;

/**
 * Reads every text; the model makes its own features of them.
 *
 * @throws UserError naming the first texts that cannot be read or are empty, unless they are to be skipped
 */
export async function prepareTexts(
  all: readonly Labelled[],
  { screen, skipBroken, signal }: { screen: Screen; skipBroken: boolean; signal?: AbortSignal },
): Promise<Prepared> {
  const progress = screen.progress("texts", all.length);
  const texts = new Array<string | Broken>(all.length);
  let next = 0;
  let done = 0;
  const read = async (): Promise<void> => {
    for (let i = next++; i < all.length; i = next++) {
      signal?.throwIfAborted();
      const { id } = all[i];
      texts[i] = await (all[i] as Item<string>).load().catch((error) => ({ id, reason: sentenceOf(error) }));
      progress.update(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, read)).finally(() => progress.end());
  const broken = texts.filter((text): text is Broken => typeof text !== "string");
  reportBroken(broken, all.length, skipBroken, screen);
  const x = texts.filter((text): text is string => typeof text === "string");
  return {
    items: all.filter((_, i) => typeof texts[i] === "string"),
    x,
    broken,
    hashes: x.map((text) => createHash("sha1").update(text.trim()).digest("base64")),
    durationSec: 0,
  };
}
