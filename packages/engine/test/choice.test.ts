import { afterEach, describe, expect, it, vi } from "vitest";
import { tf, useEngine } from "../src/index.js";

afterEach(() => vi.unstubAllEnvs());

describe("the choice of an engine", () => {
  it("is wasm where none for GPUs is in reach, and says why", async () => {
    vi.stubEnv("EARSHOT_CACHE", "/nothing-is-installed-here");
    const engine = await useEngine();
    expect(engine).toMatchObject({ name: "wasm", reason: "the default: no engine for GPUs is in reach" });
    expect(engine.passedOver).toEqual([
      { name: "cuda12", reason: "not installed (earshot engine install cuda12)" },
      { name: "gpu", reason: "not installed (earshot engine install gpu)" },
    ]);
    const exact = await useEngine({ deterministic: true });
    expect(exact).toMatchObject({
      reason: "deterministic: no other engine gives the same bits everywhere",
      simd: "plain",
    });
    expect(await useEngine({ prefer: "cpu" })).toMatchObject({
      name: "cpu",
      reason: "asked for",
      version: tf.version_core,
    });
    expect(() => engine.measure()).toThrow(
      'measure: wasm is not in use any more; call useEngine({ prefer: "wasm" }) first.',
    );
    await useEngine({ deterministic: false });
  });

  it("measures itself once, when asked", async () => {
    const engine = await useEngine({ threads: 1 });
    const speed = engine.measure();
    expect(Math.min(speed.stepMs, speed.gflops)).toBeGreaterThan(0);
    expect(engine.measure()).toBe(speed);
  });
});

describe("a seed", () => {
  afterEach(() => useEngine({ seed: null }));

  it("fixes initial weights, dropout and shuffling of layers", async () => {
    const run = async (seed: number): Promise<number[]> => {
      const { layers } = await useEngine({ seed });
      const L = layers.layers;
      const model = layers.sequential();
      model.add(L.dense({ units: 8, activation: "relu", inputShape: [6] }));
      model.add(L.dropout({ rate: 0.5 }));
      model.add(L.dense({ units: 1 }));
      model.compile({ optimizer: tf.train.adam(0.01), loss: "meanSquaredError" });
      const [x, y] = [tf.randomNormal([20, 6]), tf.randomNormal([20, 1])];
      await model.fit(x, y, { epochs: 2, batchSize: 5, shuffle: true, verbose: 0 });
      const weights = model.getWeights().flatMap((w) => [...w.dataSync()]);
      model.dispose();
      tf.dispose([x, y]);
      return weights;
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  it("draws evenly, from seeds beyond 32 bits too, and null gives the host's source back", async () => {
    const host = Math.random;
    await useEngine({ seed: 2 ** 40 + 1 });
    const some = Float64Array.from({ length: 10_000 }, () => Math.random());
    expect(Math.abs(some.reduce((a, b) => a + b) / some.length - 0.5)).toBeLessThan(0.01);
    expect(new Set(some).size).toBe(some.length);
    await useEngine({ seed: 1 });
    expect(Math.random()).not.toBe(some[0]);
    await useEngine({ seed: null });
    expect(Math.random).toBe(host);
    await expect(useEngine({ seed: 1.5 })).rejects.toThrow(
      new RangeError("useEngine: seed must be a whole number, or null for the host's own source, got 1.5."),
    );
  });
});
