import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadModel, saveModel } from "../src/folder/index.js";
import { modelKinds, pipeline, standardScaler, svc } from "../src/index.js";

const readme = () => readFile(new URL("../README.md", import.meta.url), "utf8");

it("the README's example does what it says", async () => {
  const dir = await mkdtemp(join(tmpdir(), "readme-"));
  try {
    const x = { data: Float32Array.of(1, 2, 2, 1, 8, 9, 9, 8), rows: 4, cols: 2 };
    const model = await pipeline(standardScaler(), svc({ c: 10 })).fit(x, ["low", "low", "high", "high"]);
    const one = { data: Float32Array.of(7, 7), rows: 1, cols: 2 };
    expect(await model.predict(one)).toEqual(["high"]);
    await saveModel(join(dir, "low-or-high"), model, { data: { name: "made up", licence: "CC0" } });
    const { model: again } = await loadModel(join(dir, "low-or-high"));
    expect(await again.predictProba(x)).toEqual(await model.predictProba(x));
  } finally {
    await rm(dir, { recursive: true });
  }
});

it("the README names every kind", async () => {
  const text = await readme();
  const missing = Object.keys(modelKinds).filter((kind) => kind !== "pipeline" && !text.includes(`\`${kind}\``));
  expect(missing).toEqual([]);
});
