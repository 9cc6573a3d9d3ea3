import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createRng } from "@earshot/dsp";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRuns } from "../src/compare/compareRuns.js";
import { runHere } from "../src/queue/runHere.js";
import { readRun } from "../src/report/readRun.js";
import { runFolderAt } from "../src/run/runFolder.js";
import { drawTrials } from "../src/sweep/draw.js";
import { gridOf } from "../src/sweep/grid.js";
import { Ladder } from "../src/sweep/ladder.js";
import { planSearch } from "../src/sweep/search.js";
import { sweep } from "../src/sweep/sweep.js";
import { quiet, scratchFolder, smallRecipe } from "./helpers.js";

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

describe("drawTrials", () => {
  const settings = ["a=log:0.001..1000", "b=1..3", "c=0.5..1.5", "d=x,[y, z]"];

  it("draws within ranges, whole numbers where the ends are, and begins with the same ones however many are asked for", () => {
    const trials = drawTrials(settings, { trials: 400, seed: 1 });
    expect(trials.slice(0, 10)).toEqual(drawTrials(settings, { trials: 10, seed: 1 }));
    expect(trials[0]).not.toEqual(drawTrials(settings, { trials: 1, seed: 2 })[0]);
    const values = settings.map((_, i) => trials.map((trial) => trial[i].slice(2)));
    expect(new Set(values[1])).toEqual(new Set(["1", "2", "3"]));
    expect(new Set(values[3])).toEqual(new Set(["x", "[y, z]"]));
    const [a, c] = [values[0], values[2]].map((column) => column.map(Number));
    for (const value of c) expect(value >= 0.5 && value <= 1.5).toBe(true);
    // As many below 1 as above it: the logarithm is drawn evenly.
    const below = a.filter((value) => value < 1).length;
    expect(below).toBeGreaterThan(150);
    expect(below).toBeLessThan(250);
    expect(Math.min(...a)).toBeGreaterThanOrEqual(0.001);
    expect(Math.max(...a)).toBeLessThanOrEqual(1000);
  });

  it("gives each combination once, and all of them where there are fewer than asked for", () => {
    const trials = drawTrials(["a=1,2", "b=x,y"], { trials: 50, seed: 3 });
    expect(trials.map((trial) => trial.join(" ")).sort()).toEqual(["a=1 b=x", "a=1 b=y", "a=2 b=x", "a=2 b=y"]);
  });

  it.each([
    ["a=5..1", "--set a: a range is low..high, such as a=0.1..0.9; got 5..1."],
    ["a=log:0..1", "--set a: a range is low..high above 0, such as a=log:0.01..100; got log:0..1."],
  ])("refuses %s", (setting, sentence) => {
    expect(() => drawTrials([setting], { trials: 1, seed: 0 })).toThrow(sentence);
  });
});

describe("planSearch", () => {
  const { recipe } = smallRecipe();
  const settings = ["model.c=0.1..10"];

  it("asks how many are drawn where a range has no end of values", () => {
    expect(() => planSearch(settings, { kind: "grid" }, recipe)).toThrow(
      "--set model.c=0.1..10 is a range: say how many values are drawn, with --search random --trials 20.",
    );
  });

  it("halves epochs of networks, and items where there are no epochs", () => {
    const budgets = (own: typeof recipe, budget?: string) =>
      planSearch(settings, { kind: "halving", trials: 4, seed: 0, ...(budget && { budget }) }, own).budgets;
    const network = { ...recipe, model: { kind: "neuralClassifier", epochs: 40 } } as typeof recipe;
    expect(budgets(network).map(({ settings: own }) => own)).toEqual([
      ["model.epochs=4"],
      ["model.epochs=13"],
      ["model.epochs=40"],
    ]);
    expect(budgets(recipe).map(({ share }) => Math.round(100 * share))).toEqual([11, 33, 100]);
    expect(budgets(recipe, "items=0.3..1").map(({ share }) => Math.round(100 * share))).toEqual([33, 100]);
    expect(() => budgets(recipe, "items=0.5..2")).toThrow(
      '--budget is model.epochs=3..27 or items=0.1..1, from little to much; got "items=0.5..2".',
    );
    expect(() => budgets(recipe, "items=0.5..1")).toThrow(
      "--budget items=0.5..1 leaves no room for halving by 3; begin lower, or lower --eta.",
    );
  });
});

describe("Ladder", () => {
  const rungs = 3;
  const eta = 3;
  const scoreOf = (scores: readonly (number | undefined)[]) => (candidate: number, rung: number) => {
    const score = scores[(candidate + 7 * rung) % scores.length];
    return score === undefined ? undefined : score + rung;
  };

  /** Has everything judged by so many workers, which take random times. @returns who was judged on which rung */
  function play(count: number, workers: number, score: ReturnType<typeof scoreOf>, seed: number): string[] {
    const rng = createRng(seed);
    const ladder = new Ladder(count, rungs, eta);
    const waiting = Array.from({ length: count }, (_, candidate) => ({ candidate, rung: 0 }));
    const running: typeof waiting = [];
    const judged: string[] = [];
    while (waiting.length + running.length > 0) {
      while (running.length < workers && waiting.length > 0) running.push(waiting.shift() as (typeof waiting)[0]);
      const [{ candidate, rung }] = running.splice(rng.integer(0, running.length - 1), 1);
      judged.push(`${rung}/${candidate}`);
      waiting.unshift(...ladder.tell(rung, candidate, score(candidate, rung)));
    }
    return judged.sort();
  }

  /** The slow twin: everybody who is ever among the best third of those before. */
  function climbers(order: readonly number[], score: (candidate: number) => number | undefined): number[] {
    const climbed: number[] = [];
    for (let n = 1; n <= order.length; n++) {
      const ranked = order
        .slice(0, n)
        .filter((candidate) => score(candidate) !== undefined)
        .sort((a, b) => (score(b) as number) - (score(a) as number));
      for (const one of ranked.slice(0, Math.floor(n / eta))) if (!climbed.includes(one)) climbed.push(one);
      if (n === order.length && climbed.length === 0 && ranked.length > 0) climbed.push(ranked[0]);
    }
    return climbed;
  }

  const scores = fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined, freq: 5 }), {
    minLength: 1,
    maxLength: 40,
  });

  it("judges the same for one worker or twenty, and whom the slow twin judges", () => {
    fc.assert(
      fc.property(scores, fc.integer({ min: 2, max: 20 }), fc.nat(), (values, workers, seed) => {
        const score = scoreOf(values);
        const count = values.length;
        const alone = play(count, 1, score, 0);
        expect(play(count, workers, score, seed)).toEqual(alone);
        let order = values.map((_, i) => i);
        const want: string[] = [];
        for (let rung = 0; rung < rungs; rung++) {
          want.push(...order.map((candidate) => `${rung}/${candidate}`));
          order = climbers(order, (candidate) => score(candidate, rung));
        }
        expect(alone).toEqual(want.sort());
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("lets the best one climb where too few came", () => {
    expect(play(2, 1, (candidate) => candidate, 0)).toEqual(["0/0", "0/1", "1/1", "2/1"]);
    expect(play(2, 1, () => undefined, 0)).toEqual(["0/0", "0/1"]);
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
