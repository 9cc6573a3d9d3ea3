import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareRuns } from "../src/compare/compareRuns.js";
import { runHere } from "../src/queue/runHere.js";
import { readRun } from "../src/report/readRun.js";
import { runFolderAt } from "../src/run/runFolder.js";
import { gridOf } from "../src/sweep/grid.js";
import { sweep } from "../src/sweep/sweep.js";
import { quiet, scratchFolder } from "./helpers.js";

const folder = scratchFolder();

describe("gridOf", () => {
  it("makes every combination, and leaves commas inside lists alone", () => {
    expect(gridOf(["a=1,2", "b=[x, y],z"])).toEqual([
      ["a=1", "b=[x, y]"],
      ["a=1", "b=z"],
      ["a=2", "b=[x, y]"],
      ["a=2", "b=z"],
    ]);
  });

  it("refuses a setting without a value", () => {
    expect(() => gridOf(["model.c"])).toThrow(
      '--set needs path=value,value…, such as model.c=0.1,1,10; got "model.c".',
    );
  });
});

describe("sweep", () => {
  const small = [
    "data.speakers=3",
    "data.takes=2",
    "split.beside=",
    "split.allowLeakage=true",
    "report.replicates=20",
    "report.worst=0",
  ];
  const here = { ...quiet, threads: 1, runner: runHere(1) };
  const go = (out: string) =>
    sweep("quickstart", { ...here, out, folds: 2, settings: [...small, "model.c=0.0001,10"] });

  it("tries nothing on a split that leaks", async () => {
    const settings = [...small.slice(0, 3), "model.c=1,10"];
    await expect(sweep("quickstart", { ...here, out: join(folder, "leaks"), settings })).rejects.toThrow(
      /^Every trial failed; the first: 3 speakers are both trained on and judged: s01 /,
    );
  });

  it("chooses on the training items, judges the best on items no trial has seen, and goes on where it was", async () => {
    const out = join(folder, "sweep");
    const first = await go(out);
    expect(first.trials).toHaveLength(2);
    expect(first.best.settings.at(-1)).toBe("model.c=10");
    expect(first.run.metrics.n).toBe(12);
    const files = readdirSync(join(out, "trials")).sort();
    expect(files).toHaveLength(3);
    expect(await go(out)).toEqual(first); // the trials and the best run stand; nothing is run again
    expect(readdirSync(join(out, "trials")).sort()).toEqual(files);

    const runs = await Promise.all([first.run.dir, first.run.dir].map((dir) => readRun(runFolderAt(dir))));
    const [comparison] = compareRuns(runs, "accuracy");
    expect(comparison).toMatchObject({ shared: 12, difference: { value: 0, low: 0, high: 0 }, settings: [] });
  });
});
