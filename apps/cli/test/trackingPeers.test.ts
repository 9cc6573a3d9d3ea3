import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { train } from "../src/train/train.js";
import { quiet, scratchFolder, smallRecipe } from "./helpers.js";

const folder = scratchFolder();
const script = fileURLToPath(new URL("../../../tools/peers/tracking.py", import.meta.url));
const python = process.env.EARSHOT_PEERS_PYTHON;

function ask(...args: string[]) {
  const env = { ...process.env, MLFLOW_ALLOW_FILE_STORE: "true" };
  const { stdout, stderr, status } = spawnSync(python ?? "", [script, ...args], { encoding: "utf8", env });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const installed: { tensorboard: boolean; mlflow: boolean } = python ? ask() : { tensorboard: false, mlflow: false };

// Both need Python with the tools: EARSHOT_PEERS_PYTHON names one whose environment has tensorboard and mlflow.
describe.skipIf(!installed.tensorboard && !installed.mlflow)("a run, read back by the tools it was told to", () => {
  const dir = join(folder, "run");
  const store = join(folder, "mlruns");
  const recipe = smallRecipe({
    model: { kind: "neuralClassifier", layers: [{ kind: "dense", units: 8, activation: "relu" }], epochs: 3 },
  });
  let trained: ReturnType<typeof train> | undefined;
  const told = async () => {
    trained ??= train(recipe, { ...quiet, threads: 1, out: dir, track: ["tensorboard", `mlflow=${store}`] });
    const { metrics } = await trained;
    const log = readFileSync(join(dir, "log.jsonl"), "utf8").trim().split("\n");
    const losses = log.map((line) => JSON.parse(line)).map(({ epoch, loss }) => [epoch, loss]);
    return { metrics, losses, back: ask(join(dir, "tensorboard"), pathToFileURL(store).href) };
  };

  it.skipIf(!installed.tensorboard)("TensorBoard finds every epoch, the figures and the pictures", async () => {
    const { metrics, losses, back } = await told();
    const { scalars, images, tensors } = back.tensorboard;
    expect(scalars.loss).toHaveLength(3);
    for (const [i, [step, value]] of scalars.loss.entries()) {
      expect(step).toBe(losses[i][0]);
      expect(value).toBeCloseTo(losses[i][1], 5);
    }
    expect(scalars["test/accuracy"][0][1]).toBeCloseTo(metrics.metrics.accuracy.value ?? Number.NaN, 6);
    expect(Object.keys(images)).toContain("plots/confusion");
    expect(tensors).toContain("settings");
  });

  it.skipIf(!installed.mlflow)("MLflow finds its settings, every epoch, the figures and the pictures", async () => {
    const { metrics, losses, back } = await told();
    const { experiment, run, status, params, metrics: kept, artifacts } = back.mlflow;
    expect({ experiment, run, status }).toEqual({ experiment: "small", run: "run", status: "FINISHED" });
    expect(params["model.epochs"]).toBe("3");
    expect(kept.loss).toEqual(losses);
    expect(kept["test/accuracy"]).toEqual([[0, metrics.metrics.accuracy.value]]);
    expect(artifacts).toContain("plots/confusion-0.png");
  });
});
