import { fileURLToPath } from "node:url";
import { bundleForBrowser, chromiumPath, withPage } from "@earshot/testing";
import { describe, expect, it } from "vitest";
import { bundleWorker, committedWorker } from "../assembly/buildWorker.js";
import { createRandom, extraTrees, gaussianNaiveBayes, type Matrix, randomForest, stacking } from "../src/index.js";

const rng = createRandom(8);
// Large enough for workers to be worth their start.
const rows = 1000;
const cols = 50;
const x: Matrix = { data: Float64Array.from({ length: rows * cols }, () => rng.normal()), rows, cols };
const y = Array.from({ length: rows }, (_, i) => (x.data[cols * i] + x.data[cols * i + 1] ** 2 > 0.8 ? "in" : "out"));

describe("workers", () => {
  it("are bundled from their source", async () => {
    expect(committedWorker()).toBe(await bundleWorker());
  });

  it("grow the trees that one thread grows", async () => {
    for (const make of [randomForest, extraTrees]) {
      const alone = make({ nEstimators: 35, maxDepth: 5, seed: 2 }).fit(x, y);
      const seen: number[] = [];
      const onEpoch = ({ epoch }: { epoch: number }) => void seen.push(epoch);
      const together = await make({ nEstimators: 35, maxDepth: 5, seed: 2 }).fit(x, y, { threads: 3, onEpoch });
      expect(together.trees).toEqual(alone.trees);
      expect(together.featureImportances).toEqual(alone.featureImportances);
      expect(seen).toEqual([10, 20, 30, 35]);
    }
  });

  it("stop when told to", async () => {
    const abort = new AbortController();
    const onEpoch = () => abort.abort(new Error("enough"));
    const fit = async () =>
      randomForest({ nEstimators: 90, maxDepth: 5 }).fit(x, y, { threads: 2, signal: abort.signal, onEpoch });
    await expect(fit()).rejects.toThrow("enough");
  });

  it("serve several forests at once, and go on when one of them is given up", async () => {
    const make = (seed: number) => randomForest({ nEstimators: 40, maxDepth: 5, seed });
    const abort = new AbortController();
    const [first, second, third] = await Promise.allSettled([
      make(1).fit(x, y, { threads: 2 }),
      make(2).fit(x, y, { threads: 3, signal: abort.signal, onEpoch: () => abort.abort(new Error("enough")) }),
      extraTrees({ nEstimators: 40, maxDepth: 5, seed: 3 }).fit(x, y, { threads: 2 }),
    ]);
    expect(first).toMatchObject({ status: "fulfilled", value: { trees: make(1).fit(x, y).trees } });
    expect(second).toMatchObject({ status: "rejected", reason: new Error("enough") });
    const alone = extraTrees({ nEstimators: 40, maxDepth: 5, seed: 3 }).fit(x, y);
    expect(third).toMatchObject({ status: "fulfilled", value: { trees: alone.trees } });
  });

  it("are let go when another part of a stack fails", async () => {
    const failing = () => {
      const model = gaussianNaiveBayes();
      return Object.assign(model, { fit: () => Promise.reject(new Error("no such luck")) });
    };
    const stack = stacking({
      estimators: [() => randomForest({ nEstimators: 40, maxDepth: 5 }), failing],
      final: () => gaussianNaiveBayes(),
      cv: 3,
    });
    await expect(stack.fit(x, y, { threads: 2 })).rejects.toThrow("no such luck");
    const after = await randomForest({ nEstimators: 20, maxDepth: 5 }).fit(x, y, { threads: 2 });
    expect(after.trees).toEqual(randomForest({ nEstimators: 20, maxDepth: 5 }).fit(x, y).trees);
  });

  it("serve the parts of a stack", async () => {
    const make = () =>
      stacking({
        estimators: [() => randomForest({ nEstimators: 20, maxDepth: 5 }), () => gaussianNaiveBayes()],
        final: () => gaussianNaiveBayes(),
        cv: 3,
      });
    const [one, two] = [await make().fit(x, y), await make().fit(x, y, { threads: 2 })];
    expect(await two.predictProba(x)).toEqual(await one.predictProba(x));
  });
});

describe.skipIf(!chromiumPath)("in a page", () => {
  it("a pipeline is fitted, packed, unpacked and predicts, with workers and kernels", async () => {
    const source = `
      import { packModel, pipeline, randomForest, standardScaler, svc, unpackModel } from "./index.js";
      const data = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * 1.7) + (i % 4 < 2 ? 2 : 0));
      const wide = { data: Float32Array.from({ length: 40000 }, (_, i) => data[2 * Math.floor(i / 400) + (i % 2)]), rows: 100, cols: 400 };
      const x = { data, rows: 100, cols: 2 };
      const y = Array.from({ length: 100 }, (_, i) => (i % 2 ? "b" : "a"));
      const model = await pipeline(standardScaler(), svc()).fit(x, y);
      const { model: copy } = await unpackModel(await packModel(model));
      const same = JSON.stringify(await copy.predictProba(x)) === JSON.stringify(await model.predictProba(x));
      const forest = await randomForest({ nEstimators: 30 }).fit(wide, y, { threads: 2 });
      window.answer = { same, right: forest.predict(wide).filter((label, i) => label === y[i]).length };`;
    const bundle = await bundleForBrowser(source, fileURLToPath(new URL("../src", import.meta.url)));
    const answer = await withPage({ files: { "/page.js": bundle } }, async (page) => {
      await page.addScriptTag({ url: "/page.js", type: "module" });
      await page.waitForFunction("window.answer");
      return page.evaluate("window.answer");
    });
    expect(answer).toEqual({ same: true, right: 100 });
  });
});
