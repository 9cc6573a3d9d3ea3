import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { saveModel } from "@earshot/models/folder";
import { digits } from "./digits.js";
import { emotion } from "./emotion.js";
import { writeOnnx } from "./onnxFile.js";
import type { FindCorpus, Recipe } from "./recipe.js";
import { sounds } from "./sounds.js";
import { spoof } from "./spoof.js";

// Rebuilds the models that come with the package: pnpm --filter @earshot/live models [--data DIR] [NAME …]

const recipes: readonly Recipe[] = [digits, emotion, sounds, spoof];

const { values, positionals } = parseArgs({ options: { data: { type: "string" } }, allowPositionals: true });
const dataFolder = values.data ?? process.env.EARSHOT_DATA;
const find: FindCorpus = (name) => {
  const entry = dataFolder === undefined ? undefined : readdirSync(dataFolder).find((file) => name.test(file));
  return entry === undefined || dataFolder === undefined ? undefined : join(dataFolder, entry);
};
const unknown = positionals.filter((name) => !recipes.some((recipe) => recipe.name === name));
if (unknown.length > 0) throw new Error(`There is no ${unknown[0]}; known: ${recipes.map((r) => r.name).join(", ")}.`);

for (const { name, build } of recipes) {
  const beganMs = performance.now();
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const plan = await build(find);
  if (!plan) {
    console.error(`${name}: left as it is, its data are not in ${dataFolder ?? "any folder (--data DIR)"}.`);
    continue;
  }
  const { recordings, model, windows, live, data, metrics, notes } = plan;
  const { windowSec, features } = windows;
  const dir = fileURLToPath(new URL(`../models/${name}`, import.meta.url));
  const extra = { live: { windowSec, stepSec: 0.25, ...live } };
  await saveModel(dir, model, { name, features, data, metrics, notes, extra, overwrite: true });
  await writeOnnx(dir);
  // The repository's formatter has its own idea of JSON, and checks all of it.
  spawnSync("npx", ["biome", "format", "--write", dir], { stdio: "ignore" });
  const bytes = readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0);
  console.error(
    `${name}: ${recordings} recordings, ${(bytes / 1000).toFixed(0)} kB, ${((performance.now() - beganMs) / 1000).toFixed(0)} s, ${JSON.stringify(metrics)}`,
  );
}
