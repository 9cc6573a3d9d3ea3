import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Classifier,
  createRandom,
  decisionTree,
  extraTrees,
  histGradientBoosting,
  kNeighbors,
  linearSvc,
  logisticRegression,
  type Matrix,
  minMaxScaler,
  pca,
  pipeline,
  randomForest,
  ridgeClassifier,
  robustScaler,
  standardScaler,
  svc,
} from "../src/index.js";
import { exportOnnx } from "../src/onnx/index.js";
import { createMessage } from "../src/onnx/protobuf.js";
import { countVectorizer, naiveBayesWeights, tfidfVectorizer } from "../src/text/index.js";
import { expectClose } from "./golden.js";

const rng = createRandom(4);
const rows = 200;
const x: Matrix = { data: Float32Array.from({ length: rows * 4 }, () => rng.normal()), rows, cols: 4 };
const three = Array.from(
  { length: rows },
  (_, i) => `c${Math.floor(Math.abs(x.data[4 * i] * 2 + x.data[4 * i + 1])) % 3}`,
);
const two = three.map((label) => (label === "c0" ? "no" : "yes"));
const holed: Matrix = { ...x, data: x.data.map((v, i) => (i % 7 === 3 ? Number.NaN : v)) };

const python = process.env.EARSHOT_PEERS_PYTHON;
const runs = python !== undefined && spawnSync(python, ["-c", "import onnxruntime"]).status === 0;
const script = `
import sys, json, numpy, onnxruntime
session = onnxruntime.InferenceSession(sys.argv[1])
x = numpy.fromfile(sys.argv[2], numpy.float32).reshape(-1, 4)
print(json.dumps(session.run(None, {"features": x})[0].astype(float).ravel().tolist()))
`;

const cases: [string, () => Classifier, Matrix, string[]][] = [
  ["logisticRegression of two classes", () => pipeline(standardScaler(), logisticRegression()), x, two],
  [
    "logisticRegression of three",
    () => pipeline(robustScaler(), pca({ nComponents: 3, whiten: true }), logisticRegression()),
    x,
    three,
  ],
  ["linearSvc", () => pipeline(minMaxScaler(), linearSvc()), x, three],
  ["svc of three classes", () => pipeline(standardScaler(), svc()), x, three],
  ["svc of two classes", () => svc({ kernel: "poly", degree: 2, coef0: 1 }), x, two],
  ["decisionTree", () => decisionTree({ maxDepth: 5 }), x, three],
  ["randomForest", () => randomForest({ nEstimators: 12 }), x, two],
  ["extraTrees", () => extraTrees({ nEstimators: 9 }), x, three],
  ["histGradientBoosting of two", () => histGradientBoosting({ maxIter: 15 }), holed, two],
  ["histGradientBoosting of three", () => histGradientBoosting({ maxIter: 8 }), x, three],
];

describe.skipIf(!runs).each(cases)("an ONNX file of %s", (_, make, features, y) => {
  it("gives the same probabilities in onnxruntime", async () => {
    const model = make();
    await model.fit(features, y);
    const dir = await mkdtemp(join(tmpdir(), "onnx-"));
    try {
      await writeFile(join(dir, "model.onnx"), await exportOnnx(model));
      await writeFile(join(dir, "x.f32"), new Uint8Array(Float32Array.from(features.data).buffer));
      const { stdout, stderr } = spawnSync(python ?? "", ["-c", script, join(dir, "model.onnx"), join(dir, "x.f32")], {
        encoding: "utf8",
      });
      expect(stdout, stderr).not.toBe("");
      // onnxruntime finds the two probabilities of an SVC by an iteration that stops early; we have them exactly.
      const tolerance = model.kind === "svc" ? 3e-3 : 1e-5;
      expectClose((await model.predictProba(features)).data, JSON.parse(stdout), tolerance);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

const reviews = [
  "A good film, a really GOOD film!",
  "bad plot, bad acting ... don't",
  "été à Zürich: naïve café_2 3 42 good",
  "Straße 東京 is far, far away, bad",
  "",
  "what a plot twist: the plot was the plot?",
  "I can't say it was good or bad",
  "good good good bad",
];
const taste = reviews.map((_, i) => (i % 2 ? "neg" : "pos"));
const textCases: [string, () => Classifier][] = [
  [
    "TF-IDF of words and pairs",
    () => pipeline(tfidfVectorizer({ ngramRange: [1, 2], sublinearTf: true }), logisticRegression()),
  ],
  ["TF-IDF with other weights", () => pipeline(tfidfVectorizer({ norm: "l1", smoothIdf: false }), linearSvc())],
  [
    "naive-Bayes-weighted presence",
    () =>
      pipeline(
        countVectorizer({ tokens: "expressive", ngramRange: [1, 3], binary: true, minDf: 2 }),
        naiveBayesWeights(),
        logisticRegression(),
      ),
  ],
  [
    "pairs alone, as they are written",
    () => pipeline(countVectorizer({ ngramRange: [2, 2], lowercase: false }), ridgeClassifier()),
  ],
];
const textScript = `
import sys, json, onnxruntime, numpy
session = onnxruntime.InferenceSession(sys.argv[1])
texts = numpy.array(json.load(open(sys.argv[2])), dtype=object)
print(json.dumps(session.run(None, {"texts": texts})[0].astype(float).ravel().tolist()))
`;

describe.skipIf(!runs).each(textCases)("an ONNX file of %s", (_, make) => {
  it("gives the same probabilities of texts in onnxruntime", async () => {
    const model = make();
    await model.fit(reviews, taste);
    const dir = await mkdtemp(join(tmpdir(), "onnx-"));
    try {
      await writeFile(join(dir, "model.onnx"), await exportOnnx(model));
      const asked = [...reviews, "GOOD plot twist, far away"];
      await writeFile(join(dir, "texts.json"), JSON.stringify(asked));
      const files = [join(dir, "model.onnx"), join(dir, "texts.json")];
      const { stdout, stderr } = spawnSync(python ?? "", ["-c", textScript, ...files], { encoding: "utf8" });
      expect(stdout, stderr).not.toBe("");
      expectClose((await model.predictProba(asked)).data, JSON.parse(stdout), 1e-5);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});

describe("exportOnnx", () => {
  it("says which settings of texts a graph cannot have", async () => {
    const refused = async (options: object): Promise<Uint8Array> =>
      exportOnnx(await pipeline(tfidfVectorizer(options), logisticRegression()).fit(reviews, taste));
    await expect(refused({ analyzer: "char" })).rejects.toThrow(
      "exportOnnx: n-grams of characters cannot be in the graph.",
    );
    await expect(refused({ stripHtml: true })).rejects.toThrow(/^exportOnnx: stripping HTML \(/);
    await expect(refused({ stopWords: ["a"], ngramRange: [1, 2] })).rejects.toThrow(
      "exportOnnx: stop words within n-grams cannot be in the graph.",
    );
  });

  it("writes a file that names its classes", async () => {
    const file = await exportOnnx(logisticRegression().fit(x, two));
    const text = new TextDecoder("latin1").decode(file);
    expect(file[0]).toBe(8);
    for (const word of ["earshot", "features", "probabilities", '["no","yes"]', "Gemm", "Sigmoid"])
      expect(text).toContain(word);
  });

  it("names a kind that it cannot write", async () => {
    await expect(exportOnnx(kNeighbors().fit(x, two))).rejects.toThrow(
      /^exportOnnx: kNeighbors cannot be exported; known are /,
    );
    const categories = { ...x, data: x.data.map((v, i) => (i % 4 === 0 ? Math.round(v) : v)) };
    const boosted = histGradientBoosting({ categoricalFeatures: [0], maxIter: 3 }).fit(categories, three);
    await expect(exportOnnx(boosted)).rejects.toThrow(
      new TypeError("exportOnnx: boosting with categorical columns cannot be exported; encode them first."),
    );
  });
});

describe("protocol buffers", () => {
  it("are written as their encoding says", () => {
    expect([...createMessage().int(1, 150).finish()]).toEqual([8, 150, 1]);
    expect([...createMessage().text(2, "testing").finish()]).toEqual([18, 7, 116, 101, 115, 116, 105, 110, 103]);
    expect([...createMessage().ints(4, [3, 270, 86942]).finish()]).toEqual([34, 6, 3, 142, 2, 158, 167, 5]);
    expect([...createMessage().int(1, -1).finish()]).toEqual([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
    expect([...createMessage().float(3, 1).finish()]).toEqual([29, 0, 0, 128, 63]);
  });
});
