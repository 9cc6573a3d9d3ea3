import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { OptimiserOptions } from "@earshot/engine";
import { tf, useEngine } from "@earshot/engine";
import type { LossName } from "@earshot/models/neural";
import { beforeAll, describe, expect, it } from "vitest";
import { silentScreen } from "../src/cli/screen.js";
import { loadRecipe } from "../src/recipe/load.js";
import { descend, trainMoons } from "../src/study/descend.js";
import { type FunctionName, functionNames, testFunctions } from "../src/study/functions.js";
import { type LoadedStudy, loadStudy } from "../src/study/loadStudy.js";
import { runStudy } from "../src/study/runStudy.js";
import { expectSelfContained, scratchFolder } from "./helpers.js";

interface Golden {
  steps: number;
  ways: { function: FunctionName; start: [number, number]; optimiser: OptimiserOptions; x: number[]; y: number[] }[];
  networks: { hidden: number; samples: number; loss: LossName; optimiser: OptimiserOptions; losses: number[] }[];
}
const { steps, ways, networks }: Golden = JSON.parse(
  readFileSync(new URL("./golden/optimisers.json", import.meta.url), "utf8"),
);
const worstOf = (got: readonly number[], want: readonly number[]): number =>
  Math.max(...want.map((v, i) => Math.abs(got[i] - v) / Math.max(1, Math.abs(v))));

const folder = scratchFolder();

beforeAll(async () => {
  await useEngine({ threads: 1 });
});

describe("optimisers", () => {
  it("take PyTorch's steps over every test function", () => {
    const before = tf.memory().numTensors;
    const off = ways.map(({ function: name, start, optimiser, x, y }) => {
      const path = descend(name, start, steps, optimiser);
      return { name, optimiser, worst: Math.max(worstOf(path.x, x), worstOf(path.y, y)) };
    });
    expect(tf.memory().numTensors).toBe(before);
    for (const { worst } of off) expect(worst).toBeLessThan(1e-6);
  });

  it("train a small network step for step as PyTorch does, with every loss", () => {
    const off = networks.map(({ loss, optimiser, losses, ...task }) =>
      worstOf(trainMoons({ ...task, steps }, loss, optimiser), losses),
    );
    for (const worst of off) expect(worst).toBeLessThan(1e-6);
  });

  it("know the least point of their functions", () => {
    for (const name of functionNames) {
      const { at, minimum } = testFunctions[name];
      expect(at(...(minimum as [number, number]))).toBeCloseTo(0, 12);
    }
  });

  it("are compared by a recipe: tables, pictures and a page that fetches nothing", async () => {
    const loaded = loadStudy("optimisers", ["functions.0.steps=5", "network.steps=4"]);
    const functions = loaded?.study.functions.slice(0, 1) ?? [];
    const study = { ...(loaded as LoadedStudy).study, functions };
    const { dir, metrics } = await runStudy(
      { name: "optimisers", study },
      { screen: silentScreen, out: join(folder, "study") },
    );
    expect(Object.keys(metrics.functions.quadratic)).toEqual([
      "SGD",
      "momentum",
      "Nesterov",
      "RMSProp",
      "Adam",
      "AdamW",
    ]);
    expect(readFileSync(join(dir, "trajectories.csv"), "utf8").split("\n")).toHaveLength(2 + 6 * 6);
    expect(readdirSync(join(dir, "plots")).filter((file) => file.endsWith(".png"))).toHaveLength(4);
    expectSelfContained(readFileSync(join(dir, "report.html"), "utf8"));
  });

  it("are refused without a learning rate, and as a system to train", async () => {
    const { study } = loadStudy("optimisers") as LoadedStudy;
    const nameless = { ...study, optimisers: [{ name: "Adan", kind: "adam" }] };
    const out = join(folder, "refused");
    await expect(runStudy({ name: "x", study: nameless }, { screen: silentScreen, out })).rejects.toThrow(
      'quadratic has no learning rate for the optimiser "Adan"; did you mean "Adam"?',
    );
    expect(existsSync(out)).toBe(false);
    expect(() => loadRecipe("optimisers")).toThrow(
      "optimisers.yaml compares optimisers, it trains no system; `earshot train` alone runs it.",
    );
    expect(loadStudy("quickstart")).toBeUndefined();
  });
});
