import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UserError } from "../cli/errors.js";
import type { Screen } from "../cli/screen.js";
import { openData } from "../data/openData.js";
import { openGenerator } from "./generate.js";
import { makeSounds } from "./judgeRun.js";
import { judgeSounds, type SoundJudgement } from "./judgeSounds.js";
import type { LoadedGenerative } from "./loadGenerative.js";
import { prepareSounds } from "./prepareSounds.js";
import { trainJudge } from "./soundJudge.js";

/**
 * Judges the generator of a run again, on sounds from another seed, by a judge that is taught anew.
 *
 * @throws UserError if the recordings cannot be found
 */
export async function evaluateGenerative(
  run: string,
  { recipe }: LoadedGenerative,
  {
    data: given,
    seed,
    threads,
    screen,
    signal,
  }: { data?: string; seed: number; threads: number; screen: Screen; signal?: AbortSignal },
): Promise<SoundJudgement> {
  const facts = JSON.parse(await readFile(join(resolve(run), "run.json"), "utf8")) as { data?: { root?: string } };
  const root = given ?? facts.data?.root ?? process.env.EARSHOT_DATA;
  const { generator, codec } = await openGenerator(run);
  const data = await openData(recipe.data, { seed: recipe.seed, ...(root !== undefined && { root }) });
  const stop = signal && { signal };
  const parts = await prepareSounds(data, recipe, codec, { screen, skipBroken: true, ...stop });
  const unknown = generator.classes.filter((label) => !parts.judge.labels.includes(label));
  if (unknown.length > 0) {
    throw new UserError(`The recordings have no "${unknown[0]}", which ${run} makes; name others with --data.`);
  }
  const { epochs, perClass, truncation } = recipe.judge;
  const judge = await trainJudge(parts.judge, codec.shape, { epochs, seed, threads, ...stop });
  const made = await makeSounds(generator, perClass, seed, truncation ?? undefined);
  const judgement = await judgeSounds(judge, made, parts, codec, seed);
  judge.dispose();
  generator.dispose();
  return judgement;
}
