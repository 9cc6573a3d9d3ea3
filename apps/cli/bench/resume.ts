import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "@earshot/models";
import { checkRecipe } from "../src/recipe/load.js";

// Kills a run at random moments of its whole life, from the first line of the program to the report, goes on until it is done, and compares
// weights, log and predictions with those of a run that nobody killed. `--rounds N` (default 30), `--seed N`.

const argument = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(name);
  return at > 0 ? Number(process.argv[at + 1]) : fallback;
};
const rng = createRandom(argument("--seed", 1));
const rounds = argument("--rounds", 30);
const recipe = checkRecipe("kill", {
  title: "Killed again and again",
  seed: 4,
  data: { kind: "syntheticSpeech", target: "digit", speakers: 4, takes: 1 },
  split: { by: "speaker", folds: 2 },
  features: { kind: "logMel", sampleRate: 8000, nFft: 256, hopLength: 128, nMels: 16, durationSec: 0.5 },
  report: { replicates: 0, worst: 0 },
  model: {
    kind: "neuralClassifier",
    network: { kind: "crnn", width: 0.25 },
    epochs: 8,
    batchSize: 16,
    augment: { mixUp: 0.2 },
    earlyStopping: { patience: 50, validationShare: 0.2 },
    ema: 0.9,
  },
});
const folder = mkdtempSync(join(tmpdir(), "earshot-kill-"));
const script = fileURLToPath(new URL("../test/killable.ts", import.meta.url));

/** Runs until the end or for so long. @returns whether it came to the end */
async function run(out: string, forMs = Infinity): Promise<boolean> {
  const task = JSON.stringify({ loaded: { name: "kill", path: "kill", recipe }, out });
  const child = spawn(process.execPath, ["--import", "tsx", "--conditions=@earshot/source", script, task], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const timer = Number.isFinite(forMs) ? setTimeout(() => child.kill("SIGKILL"), forMs) : undefined;
  const [code, signal] = await new Promise<[number | null, string | null]>((done) => {
    child.once("exit", (...how) => done(how));
  });
  clearTimeout(timer);
  if (signal === "SIGKILL") return false;
  if (code !== 0) throw new Error(`the run failed with code ${code}.`);
  return true;
}

const outcome = (out: string): string[] =>
  ["model/weights.safetensors", "log.jsonl", "predictions.csv"].map((file) => readFileSync(join(out, file), "latin1"));

try {
  const whole = join(folder, "whole");
  const started = performance.now();
  await run(whole);
  const length = performance.now() - started;
  const want = outcome(whole);
  let kills = 0;
  let same = 0;
  for (let round = 0; round < rounds; round++) {
    const out = join(folder, `run${round}`);
    // Longer and longer, so that it comes to an end on a machine that got busier, too.
    let life = length;
    while (!(await run(out, rng.next() * life))) {
      kills++;
      life *= 1.25;
    }
    const equal = outcome(out).every((file, i) => file === want[i]);
    if (equal) same++;
    console.log(`${round + 1}/${rounds}: ${kills} kills so far, ${equal ? "the same bits" : "OTHER BITS"}`);
    rmSync(out, { recursive: true, force: true });
  }
  console.log(`${same} of ${rounds} runs, killed ${kills} times, ended at the bits of the run that was left alone.`);
  if (same < rounds) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
