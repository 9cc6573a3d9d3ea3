import { expect, it, vi } from "vitest";
import { neuralClassifier } from "../src/neural/index.js";

// A file of its own: what is said once in a process must not have been said by another test.
it("a network that is the first thing to be computed says nothing on the console", async () => {
  const said = [vi.spyOn(console, "warn"), vi.spyOn(console, "log")];
  const x = { data: Float32Array.of(0, 1, 1, 0, 0, 0.9, 0.9, 0), rows: 4, cols: 2 };
  const network = neuralClassifier({ layers: [{ kind: "dense", units: 4 }], epochs: 1 });
  await network.fit(x, ["a", "b", "a", "b"]);
  expect((await network.predict(x)).length).toBe(4);
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
});
