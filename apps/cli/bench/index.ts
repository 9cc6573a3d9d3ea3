import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@earshot/models";
import { type BenchRow, benchRow } from "@earshot/testing/peers";
import { learnDecision } from "../src/decision/learnDecision.js";
import { judge } from "../src/judge/judge.js";
import { type Predictions, predictionsCsv } from "../src/judge/predictions.js";
import { checkRecipe } from "../src/recipe/load.js";
import { recipeYaml } from "../src/recipe/write.js";
import { writeReport } from "../src/report/writeReport.js";
import { describeEnvironment } from "../src/run/environment.js";
import { runFolderAt } from "../src/run/runFolder.js";

// Judging runs and writing their report pages, with pictures; the first page also loads Vega. No peer. --json FILE writes rows.

const jsonAt = process.argv.indexOf("--json");
const recipe = checkRecipe("bench", {
  title: "A run of made-up predictions",
  data: { kind: "syntheticSpeech" },
  features: { kind: "mfcc", sampleRate: 16000 },
  model: { kind: "svc" },
});
const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
const rows: BenchRow[] = [];

/** Items of classes in turn, most of them right, of twenty speakers. */
function predictionsOf(n: number, k: number): Predictions {
  const rng = createRandom(1);
  const classes = Array.from({ length: k }, (_, c) => `class ${String(c).padStart(3, "0")}`);
  const probabilities = new Float64Array(n * k);
  for (let i = 0; i < n; i++) {
    const own = probabilities.subarray(i * k, (i + 1) * k);
    for (let c = 0; c < k; c++) own[c] = rng.next() ** 8 + (c === i % k ? 2 * rng.next() : 0);
    const sum = own.reduce((a, b) => a + b, 0);
    for (let c = 0; c < k; c++) own[c] /= sum;
  }
  const ids = Array.from({ length: n }, (_, i) => `item ${String(i).padStart(6, "0")}`);
  return {
    ids,
    yTrue: ids.map((_, i) => classes[i % k]),
    groups: ids.map((_, i) => `speaker ${i % 20}`),
    turns: ids.map(() => "test"),
    classes,
    probabilities,
  };
}

async function timed(work: string, rounds: number, run: () => unknown): Promise<void> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now();
    await run();
    seconds.push((performance.now() - begin) / 1000);
  }
  rows.push(benchRow(work, seconds, { name: "", seconds: [] }));
  console.log(`${work.padEnd(64)} ${rows[rows.length - 1].ours.toFixed(2).padStart(7)} s`);
}

try {
  let first = true;
  for (const [n, k] of [
    [3000, 2],
    [3000, 50],
    [100_000, 10],
    [100_000, 300],
  ]) {
    const size = `${n.toLocaleString("en")} items, ${k} classes`;
    const predictions = predictionsOf(n, k);
    const judgeAll = () => judge(predictions, { replicates: 1000, seed: 1 });
    let judgement = judge(predictions, { replicates: 0, seed: 1 });
    await timed(`judged with 1,000 replicates: ${size}`, n > 3000 ? 1 : 3, () => {
      judgement = judgeAll();
    });
    const learned = learnDecision(predictions, { positive: null, method: "platt", rule: "even" });
    const run = runFolderAt(join(folder, `${n}-${k}`));
    await run.write("recipe.yaml", recipeYaml(recipe));
    const data = { kind: "made", title: "made-up predictions", items: n, classes: k, broken: 0 };
    const split = { by: "item", how: "at random", folds: 1, train: n, sharedGroups: [] };
    const calibration = learned?.facts;
    await run.writeJson("metrics.json", {
      recipe: "bench",
      data,
      split,
      seconds: 1,
      leakage: [],
      ...judgement,
      calibration,
    });
    const facts = { recipe: "bench", status: "done", seed: 1, threads: 1, startedAt: new Date().toISOString() };
    await run.writeJson("run.json", { ...facts, data, environment: await describeEnvironment() });
    await run.write("predictions.csv", predictionsCsv(predictions));
    if (first) await timed(`report page, the first: ${size}`, 1, () => writeReport(run));
    first = false;
    await timed(`report page: ${size}`, n > 3000 ? 1 : 3, () => writeReport(run));
  }
} finally {
  rmSync(folder, { recursive: true });
}
if (jsonAt > 0) writeFileSync(process.argv[jsonAt + 1], `${JSON.stringify(rows, null, 2)}\n`);
