import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type createRandom, readSafetensors } from "@earshot/models";
import { checkRecipe } from "../../src/recipe/load.js";
import { built, type Killed, Victim } from "./process.js";

const recipe = checkRecipe("kill", {
  title: "Killed again and again",
  seed: 4,
  data: { kind: "syntheticSpeech", target: "digit", speakers: 4, takes: 1 },
  split: { by: "speaker", folds: 2 },
  features: { kind: "logMel", sampleRate: 8000, nFft: 256, hopLength: 128, nMels: 12, durationSec: 0.4 },
  report: { replicates: 0, worst: 0 },
  model: {
    kind: "neuralClassifier",
    network: { kind: "mlp", width: 0.05 },
    epochs: 12,
    batchSize: 16,
    augment: { mixUp: 0.2 },
    earlyStopping: { patience: 50, validationShare: 0.2 },
    ema: 0.9,
  },
});

const train = (out: string): Victim => {
  const options = `{ out: ${JSON.stringify(out)}, resume: true, checkpointEverySec: 0, threads: 1, screen: silentScreen }`;
  const loaded = JSON.stringify({ name: "kill", path: "kill", recipe });
  return new Victim(`const { train } = await import("${built("train/train.js")}");
const { silentScreen } = await import("${built("cli/screen.js")}");
await train(${loaded}, ${options});`);
};

/** What must not differ by a bit. */
const outcome = (out: string): string =>
  ["model/weights.safetensors", "log.jsonl", "predictions.csv"]
    .map((file) => readFileSync(join(out, file), "latin1"))
    .join("\0");

/** Every file of a run folder that a kill left can be read. @returns files read */
function readAll(folder: string): number {
  if (!existsSync(folder)) return 0;
  const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) {
    // Names with a dot in front are files that were being written: nobody reads them.
    if (name.startsWith(".")) continue;
    const bytes = readFileSync(join(parentPath, name));
    if (name.endsWith(".json")) JSON.parse(bytes.toString());
    if (name.endsWith(".jsonl")) for (const line of bytes.toString().trimEnd().split("\n")) JSON.parse(line);
    if (name.endsWith(".safetensors")) readSafetensors(bytes, name);
  }
  return files.length;
}

/** Trainings killed at random moments of their whole life and gone on with, until so many kills. */
export async function killTrainer(
  folder: string,
  wanted: number,
  rng: ReturnType<typeof createRandom>,
): Promise<Killed> {
  mkdirSync(folder, { recursive: true });
  const began = performance.now();
  await train(join(folder, "whole")).end();
  const length = performance.now() - began;
  const want = outcome(join(folder, "whole"));
  let kills = 0;
  let runs = 0;
  let files = 0;
  while (kills < wanted) {
    const out = join(folder, `run${runs++}`);
    // Longer and longer, so that it comes to an end on a machine that got busier, too.
    for (let life = 0.8 * length; ; life *= 1.15) {
      const one = train(out);
      if (kills >= wanted || (await one.endsWithin(rng.next() * life))) {
        await one.end();
        break;
      }
      if (await one.kill()) kills++;
      files += readAll(out);
    }
    if (outcome(out) !== want) throw new Error(`run ${runs} ended at other bits after ${kills} kills.`);
    console.error(`trainer: ${kills} kills, ${runs} runs`);
  }
  return { kills, what: `${runs} runs ended at the bits of the one left alone, ${files} files read after kills` };
}
