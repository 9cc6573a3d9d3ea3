import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Classifier,
  createRandom,
  frameCorrelation,
  logisticRegression,
  pipeline,
  standardScaler,
  type Tensor,
  voting,
} from "../src/index.js";
import { neuralClassifier } from "../src/neural/index.js";
import { exportOnnx } from "../src/onnx/index.js";
import { expectClose } from "./golden.js";

const python = process.env.EARSHOT_PEERS_PYTHON;
const runs = python !== undefined && spawnSync(python, ["-c", "import onnxruntime"]).status === 0;
const script = `
import sys, json, numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1])
x = numpy.fromfile(sys.argv[2], numpy.float32).reshape(-1, 30, 4)
print(json.dumps(session.run(None, {"features": x})[0].astype(float).ravel().tolist()))
`;

const rng = createRandom(8);
const x: Tensor = {
  data: Float32Array.from({ length: 24 * 30 * 4 }, () => 10 * rng.normal() - 40),
  shape: [24, 30, 4],
};
// Half of the samples have columns that move together, all have a quiet end.
for (let i = 0; i < 24; i++) {
  for (let t = 0; t < 30; t++) {
    const at = (i * 30 + t) * 4;
    if (i < 12) x.data[at + 1] = x.data[at] + rng.normal();
    if (t >= 24) for (let c = 0; c < 4; c++) x.data[at + c] -= 60;
  }
}
const y = Array.from({ length: 24 }, (_, i) => (i < 12 ? "together" : "apart"));

const cases: [string, () => Classifier][] = [
  ["rows", () => pipeline(frameCorrelation({ detrend: 5 }), standardScaler(), logisticRegression())],
  [
    "rows of cepstra above a gate",
    () => pipeline(frameCorrelation({ detrend: 4, gate: 30, cepstra: true, lags: [0, 3] }), logisticRegression()),
  ],
  [
    "a picture, in a vote",
    () =>
      voting(
        [
          pipeline(
            frameCorrelation({ detrend: 1, output: "picture", gate: 30 }),
            standardScaler(),
            neuralClassifier({ layers: [{ kind: "conv2d", filters: 8 }, { kind: "globalPool" }], epochs: 2 }),
          ),
          pipeline(frameCorrelation(), logisticRegression()),
        ],
        { weights: [1, 3] },
      ),
  ],
];

describe.skipIf(!runs).each(cases)("an ONNX file of correlations as %s", (_, make) => {
  it("gives the same probabilities in onnxruntime", async () => {
    const model = make();
    await model.fit(x, y);
    const dir = await mkdtemp(join(tmpdir(), "onnx-"));
    try {
      await writeFile(join(dir, "model.onnx"), await exportOnnx(model));
      await writeFile(join(dir, "x.f32"), new Uint8Array(Float32Array.from(x.data).buffer));
      const files = [join(dir, "model.onnx"), join(dir, "x.f32")];
      const { stdout, stderr } = spawnSync(python ?? "", ["-c", script, ...files], { encoding: "utf8" });
      expect(stdout, stderr).not.toBe("");
      expectClose((await model.predictProba(x)).data, JSON.parse(stdout), 1e-4);
    } finally {
      await rm(dir, { recursive: true });
      model.dispose();
    }
  });
});
