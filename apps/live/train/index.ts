import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ModelManifest } from "@earshot/models";
import { loadModel, saveModel } from "@earshot/models/folder";
import { writeOnnx } from "./onnxFile.js";
import { type Shipped, shipped } from "./shipped.js";
import { type RunMetrics, trainRecipe } from "./trainRecipe.js";

// Rebuilds the models that come with the package from the workspace's recipes, once it is built:
//   pnpm --filter @earshot/live models [--data DIR] [--runs DIR] [--out DIR] [NAME …]
// Runs that stand below --runs already (default: runs of the workspace) are taken as they are.

const { values, positionals } = parseArgs({
  options: { data: { type: "string" }, runs: { type: "string" }, out: { type: "string" } },
  allowPositionals: true,
});
const data = values.data ?? process.env.EARSHOT_DATA;
const runs = values.runs ?? fileURLToPath(new URL("../../../runs", import.meta.url));
const out = values.out ?? fileURLToPath(new URL("../models", import.meta.url));
const unknown = positionals.filter((name) => !shipped.some((model) => model.name === name));
if (unknown.length > 0) throw new Error(`There is no ${unknown[0]}; known: ${shipped.map((m) => m.name).join(", ")}.`);
if (data === undefined)
  throw new Error("Models are trained on real data: name its folder with --data DIR, or set EARSHOT_DATA.");

for (const model of shipped) {
  if (positionals.length > 0 && !positionals.includes(model.name)) continue;
  const beganMs = performance.now();
  const run = trainRecipe(model.recipe, runs, data);
  const dir = join(out, model.name);
  await ship(model, run, dir);
  // The repository's formatter has its own idea of JSON, and checks all of it.
  spawnSync("npx", ["biome", "format", "--write", dir], { stdio: "ignore" });
  const bytes = readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0);
  const seconds = (performance.now() - beganMs) / 1000;
  console.error(`${model.name}: ${(bytes / 1000).toFixed(0)} kB, ${seconds.toFixed(0)} s`);
}

/** Writes a run's model as it is shipped: with how it listens, its figures by name, and what it must not be used for. */
async function ship(
  { name, recipe, live, figures, notes }: Shipped,
  run: { model: string; metrics: RunMetrics },
  dir: string,
): Promise<void> {
  const { model, manifest } = await loadModel(run.model);
  const { features, data, decision, reference, date, notes: own = [] } = manifest;
  const metrics = Object.fromEntries([
    ...Object.entries(figures).map(([from, to]) => [to, run.metrics.metrics[from]]),
    ...Object.entries(run.metrics.perMethod ?? {}).map(([method, { eer }]) => [`eerUnseen.${method}`, eer.value]),
  ]);
  const extra = { ...manifest.extra, recipe, live };
  await saveModel(dir, model, {
    name,
    features,
    ...(data && { data: told(data) }),
    ...(decision !== undefined && { decision }),
    ...(reference !== undefined && { reference }),
    ...(date !== undefined && { date }),
    metrics,
    notes: [...notes, ...own],
    extra,
    overwrite: true,
  });
  model.dispose();
  await writeOnnx(dir);
}

/** The data without what they have not: several corpora together have no page of their own. */
function told({ name, ...facts }: NonNullable<ModelManifest["data"]>): NonNullable<ModelManifest["data"]> {
  return { name, ...Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== "none")) };
}
