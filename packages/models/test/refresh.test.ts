import { describe, expect, it } from "vitest";
import { createRandom } from "../src/core/random.js";
import type { FitOptions, ModelState } from "../src/core/types.js";
import { neuralClassifier, pipeline, standardScaler } from "../src/index.js";

const rng = createRandom(3, 1);
const base = Float32Array.from({ length: 40 * 6 }, () => rng.normal());
const y = Array.from({ length: 40 }, (_, i) => (i % 2 ? "odd" : "even"));
const samples = (epoch: number) => {
  const own = createRandom(7, epoch);
  return {
    data: base.map((v, i) => v + (i % 12 < 6 ? 0 : 1) + (epoch > 1 ? 0.3 * own.normal() : 0)),
    rows: 40,
    cols: 6,
  };
};
const options = { layers: [{ kind: "dense", units: 4, activation: "relu" }] as const, epochs: 4, seed: 2 };
const fit = async (more: FitOptions, given: object = options) => {
  const model = pipeline(standardScaler(), neuralClassifier(given));
  await model.fit(samples(1), y, more);
  const { data } = await model.predictProba(samples(1));
  model.dispose();
  return [...data];
};

describe("fit with refresh", () => {
  it("trains on the same when every epoch gets the same, and on other samples when it does not", async () => {
    const plain = await fit({});
    expect(await fit({ refresh: () => samples(1) })).toEqual(plain);
    expect(await fit({ refresh: (epoch) => samples(epoch) })).not.toEqual(plain);
  });

  it("asks for each epoch once, the next one while one trains", async () => {
    const asked: string[] = [];
    await fit({
      refresh: (epoch) => {
        asked.push(`make ${epoch}`);
        return samples(epoch);
      },
      onEpoch: ({ epoch }) => {
        asked.push(`done ${epoch}`);
      },
    });
    expect(asked).toEqual(["make 1", "make 2", "done 1", "make 3", "done 2", "make 4", "done 3", "done 4"]);
  });

  it("goes on from a checkpoint to the same end", async () => {
    const states: ModelState[] = [];
    const whole = await fit({ refresh: samples, onCheckpoint: (state) => void states.push(state) });
    expect(await fit({ refresh: samples, resume: states[1] })).toEqual(whole);
  });

  it("leaves out what is held out for early stopping", async () => {
    const stopping = { ...options, earlyStopping: { patience: 9, validationShare: 0.2 } };
    expect(await fit({ refresh: () => samples(1) }, stopping)).toEqual(await fit({}, stopping));
  });

  it("refuses samples of another number or shape, and passes on what goes wrong in making them", async () => {
    await expect(fit({ refresh: () => ({ ...samples(1), rows: 20, data: base.slice(0, 120) }) })).rejects.toThrow(
      new RangeError("neuralClassifier: refresh must give 40 samples of shape [6], got 20 of [6]."),
    );
    const broken = (epoch: number) => (epoch === 2 ? Promise.reject(new Error("no sound")) : samples(1));
    await expect(fit({ refresh: broken })).rejects.toThrow("no sound");
  });
});
