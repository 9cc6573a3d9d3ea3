import { existsSync } from "node:fs";
import { copyFile, mkdir, rm, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Classifier } from "@earshot/models";
import { loadModel, saveModel } from "@earshot/models/folder";
import { quantiseWeights } from "@earshot/models/neural";
import type { Context } from "../cli/context.js";
import { UsageError, UserError } from "../cli/errors.js";
import { evaluate } from "../evaluate/evaluate.js";
import { visionRun } from "../vision/loadVision.js";

/** What a run's files hold that its model needs beside it. */
const COMPANIONS = ["recipe.yaml", "run.json", "predictions.csv"];

/** Predictions behind a time. */
const TIMED = 25;

interface Row {
  weights: "float32" | "int8";
  bytes: number;
  msPerItem: number;
  accuracy: number | null;
}

/**
 * `earshot export RUN --folder DIR`: a run folder of its own with the model alone, in float32 or in eight bits; a table of size, time and accuracy
 * before and after.
 */
export async function exportFolder(
  run: string,
  folder: string,
  { int8, data }: { int8: boolean; data?: string },
  { screen, signal }: Context,
): Promise<void> {
  const [from, to] = [resolve(run), resolve(folder)];
  if (existsSync(to)) throw new UsageError(`${folder} exists already; name a new folder, or remove it first.`);
  const model = existsSync(join(from, "model", "model.json")) ? join(from, "model") : from;
  const { model: whole, manifest } = await loadModel(model);
  const {
    format: _,
    formatVersion: __,
    kind: ___,
    classes: ____,
    state: _____,
    weights: ______,
    ...description
  } = manifest;
  try {
    const kept = int8 ? await rounded(run, whole) : whole;
    await mkdir(to, { recursive: true });
    await saveModel(join(to, "model"), kept, description);
    for (const name of COMPANIONS) if (existsSync(join(from, name))) await copyFile(join(from, name), join(to, name));
    const { model: small } = await loadModel(join(to, "model"));
    const judged = async (dir: string): Promise<number | null> => {
      if (data === undefined || (await visionRun(from))) return null;
      const options = { data, threads: availableParallelism(), skipBroken: false, screen, signal };
      return (await evaluate(dir, options)).metrics.metrics.accuracy?.value ?? null;
    };
    const row = async (own: Classifier, dir: string, weights: Row["weights"]): Promise<Row> => ({
      weights,
      bytes: (await stat(join(dir === from ? model : join(dir, "model"), "weights.safetensors"))).size,
      msPerItem: await timeOf(own),
      accuracy: await judged(dir),
    });
    const rows = [await row(whole, from, "float32")];
    if (int8) rows.push(await row(small, to, "int8"));
    small.dispose();
    if (screen.json) {
      screen.printJson({ folder: to, rows });
      return;
    }
    screen.print(`${"weights".padEnd(10)}${"kB".padStart(10)}${"ms an item".padStart(14)}${"accuracy".padStart(12)}`);
    for (const { weights, bytes, msPerItem, accuracy } of rows) {
      const cells = [(bytes / 1e3).toFixed(1).padStart(10), msPerItem.toFixed(2).padStart(14)];
      screen.print(
        `${weights.padEnd(10)}${cells.join("")}${(accuracy === null ? "–" : accuracy.toFixed(4)).padStart(12)}`,
      );
    }
    if (data === undefined) screen.note("Name data with --data to compare the accuracy before and after.");
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error;
  } finally {
    whole.dispose();
  }
}

/** The same model, its networks in eight bits where its state is stored. */
async function rounded(run: string, model: Classifier): Promise<Classifier> {
  const state = await model.getState();
  try {
    const small = quantiseWeights(state);
    return Object.create(model, { getState: { value: () => small } }) as Classifier;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`The model of ${run} cannot be rounded: ${error.message.replace(/^quantiseWeights: /, "")}`, {
      cause: error,
    });
  }
}

/** Median milliseconds of a prediction of one item, of made-up numbers. */
async function timeOf(model: Classifier): Promise<number> {
  const state = JSON.stringify(model.toJSON(), (key, value) => (key === "weights" ? undefined : value));
  const shape = /"inputShape":\[([\d,]+)\]/.exec(state)?.[1].split(",").map(Number) ?? [1];
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: size }, (_, i) => Math.sin(i));
  const one = shape.length > 1 ? { data, shape: [1, ...shape] } : { data, rows: 1, cols: size };
  const times: number[] = [];
  for (let i = 0; i < TIMED + 3; i++) {
    const started = performance.now();
    await model.predictProba(one);
    if (i >= 3) times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b)[TIMED >> 1];
}
