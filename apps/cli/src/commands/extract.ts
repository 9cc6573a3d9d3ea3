import { availableParallelism } from "node:os";
import type { Context } from "../cli/context.js";
import { UsageError } from "../cli/errors.js";
import { duration } from "../cli/screen.js";
import { openEveryRecording } from "../data/openData.js";
import { extractCorpus } from "../features/extractCorpus.js";
import { featureConfig } from "../features/featureConfig.js";
import { runOn } from "../queue/distribute.js";
import { runHere } from "../queue/runHere.js";
import { loadRecipe } from "../recipe/load.js";
import { openRoot } from "../storage/bucketStorage.js";
import { wholeAddress } from "../storage/place.js";

export interface ExtractCommandOptions {
  out: string;
  set: string[];
  workers?: number;
  /** Where other machines take the work from. */
  queue?: string;
  skipBroken?: boolean;
}

/** `earshot extract RECIPE DIR` */
export async function extractCommand(
  given: string,
  root: string,
  { out, set, workers = availableParallelism(), queue, skipBroken = false }: ExtractCommandOptions,
  { screen, signal }: Context,
): Promise<void> {
  const started = performance.now();
  const { recipe } = loadRecipe(given, set);
  const files = await openRoot(root);
  const corpus = await openEveryRecording(recipe.data, files);
  const config = featureConfig(recipe.features, recipe.data.kind);
  if (config === null) throw new UsageError(`${given} makes no features of recordings.`);
  const bar = screen.progress("features", corpus.items.length);
  const made = await extractCorpus(corpus, {
    out: wholeAddress(out),
    config,
    runner: queue === undefined ? runHere(workers) : runOn(queue),
    ...(typeof files !== "string" && { tag: files.tag }),
    skipBroken,
    signal,
    onProgress: (done) => bar.update(done),
    onTrouble: (reason) => screen.warn(`jobs fail, others go on: ${reason}`),
  }).finally(() => bar.end());
  const seconds = Math.round(performance.now() - started) / 1000;
  for (const { reason } of made.broken.slice(0, 5)) screen.warn(`left out: ${reason}`);
  if (made.reused > 0) screen.note(`${made.reused} of them were done already.`);
  if (screen.json) {
    screen.printJson({ out: wholeAddress(out), corpus: corpus.title, ...made, seconds });
    return;
  }
  const size = `${(made.bytes / 2 ** 20).toFixed(1)} MiB`;
  screen.print(`${made.items} recordings of ${corpus.title} in ${out} (${size}, ${duration(seconds)})`);
}
