import { describe, expect, it } from "vitest";
import {
  applySigmoid,
  countSamples,
  createFactory,
  createRandom,
  decisionTreeRegressor,
  defineClassifier,
  defineRegressor,
  defineTransformer,
  encodeLabels,
  fitSigmoid,
  kBinsDiscretizer,
  type Matrix,
  modelFormatVersion,
  modelKinds,
  notFitted,
  packModel,
  permutation,
  polynomialFeatures,
  quantileTransformer,
  selectSamples,
  sgdClassifier,
  sgdRegressor,
  stateFromJson,
  stateToJson,
  tensor,
} from "../src/index.js";
import { networkBody, neuralClassifier } from "../src/neural/index.js";
import { loadOnnxRuntime } from "../src/onnx/index.js";
import { dropDuplicates, guessSeparator, typeColumn } from "../src/tabular/index.js";
import { englishStopWords, stripAccents } from "../src/text/index.js";

const column = (...values: number[]): Matrix => ({ data: Float64Array.from(values), rows: values.length, cols: 1 });

describe("estimators of one's own", () => {
  const mean = defineTransformer({
    kind: "lessMean",
    options: {},
    learn: (x: Matrix) => ({ mean: Array.from(x.data).reduce((a, b) => a + b, 0) / x.rows }),
    apply: (x: Matrix, learned) => ({ ...x, data: Float64Array.from(x.data, (v) => v - learned.mean) }),
  });
  const middle = defineRegressor({
    kind: "middle",
    options: {},
    learn: ({ y }) => ({ mean: y.reduce((a, b) => a + b, 0) / y.length }),
    predict: (x: Matrix, learned) => new Float64Array(x.rows).fill(learned.mean),
  });
  const first = defineClassifier({
    kind: "first",
    options: {},
    learn: () => ({}),
    probabilities: (x: Matrix, _learned, _options, k) =>
      Float64Array.from({ length: x.rows * k }, (_, i) => +(i % k === 0)),
  });

  it("learn, predict, and refuse before that, by the kind that they have", () => {
    const centred = mean.build().fit(column(1, 3)).transform(column(5));
    expect([...centred.data]).toEqual([3]);
    expect([...middle.build().fit(column(0, 0), [2, 4]).predict(column(9))]).toEqual([3]);
    expect(first.build().fit(column(0, 1), ["a", "b"]).predict(column(7))).toEqual(["a"]);
    expect(() => middle.build().predict(column(1))).toThrow(notFitted("middle", "predict").message);
    expect(notFitted("x", "y").message).toBe("x: call fit before y.");
  });

  it("come back from plain JSON through a factory that knows them", async () => {
    const factory = createFactory({ ...modelKinds, middle: async () => middle.registered });
    const state = middle.build().fit(column(0, 0), [2, 4]).getState();
    const again = await factory.restore(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state)))));
    expect([...(await (again as ReturnType<typeof middle.build>).predict(column(1)))]).toEqual([3]);
  });

  it("save tensors with NaN and infinity, bit for bit", () => {
    const state = { kind: "odd", values: tensor(Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 0.1), [3, 1]) };
    expect(stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))))).toEqual(state);
  });

  it("number labels in sorted order, and name a sample that has none", () => {
    const { classes, codes } = encodeLabels("first", ["b", "a", "b"]);
    expect([classes, [...codes]]).toEqual([
      ["a", "b"],
      [1, 0, 1],
    ]);
    expect(() => encodeLabels("first", ["a", undefined as unknown as string])).toThrow(
      new TypeError("first: y must hold text, got undefined at sample 1."),
    );
  });

  it("count and pick samples of any kind, and shuffle them by a seed", () => {
    expect(countSamples(["a", "b"]) + countSamples(column(1, 2, 3))).toBe(5);
    expect([...selectSamples(column(5, 6, 7), [2, 0]).data]).toEqual([7, 5]);
    const order = permutation(50, createRandom(4));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(order).toEqual(permutation(50, createRandom(4)));
    expect(order).not.toEqual(permutation(50, createRandom(5)));
  });
});

describe("smaller parts", () => {
  it("a sigmoid fitted to scores rises where the positives are", () => {
    const sigmoid = fitSigmoid(Float64Array.of(-2, -1, 1, 2), [0, 0, 1, 1]);
    expect(applySigmoid(2, sigmoid)).toBeGreaterThan(0.6);
    expect(applySigmoid(2, sigmoid) + applySigmoid(-2, sigmoid)).toBeCloseTo(1, 6);
    expect(applySigmoid(0, { a: 0, b: 0 })).toBe(0.5);
  });

  it("linear models by steps and a tree of numbers learn what is plain to see", () => {
    const x = column(-2, -1, 1, 2);
    expect(sgdClassifier({ seed: 1 }).fit(x, ["low", "low", "high", "high"]).predict(x)).toEqual([
      "low",
      "low",
      "high",
      "high",
    ]);
    const line = sgdRegressor({ seed: 1 }).fit(x, [-2, -1, 1, 2]).predict(x);
    expect(line[3]).toBeGreaterThan(line[0]);
    expect([...decisionTreeRegressor().fit(x, [5, 5, 7, 7]).predict(x)]).toEqual([5, 5, 7, 7]);
  });

  it("columns are squared, cut into bins and spread over their quantiles", () => {
    expect([...(polynomialFeatures().fit(column(3)).transform(column(3)) as Matrix).data]).toEqual([1, 3, 9]);
    const x = column(0, 1, 2, 3, 4, 5);
    const bins = kBinsDiscretizer({ nBins: 2, encode: "ordinal" }).fit(x).transform(x) as Matrix;
    expect([...bins.data]).toEqual([0, 0, 0, 1, 1, 1]);
    const spread = quantileTransformer({ nQuantiles: 6 }).fit(x).transform(x) as Matrix;
    expect([spread.data[0], spread.data[5]]).toEqual([0, 1]);
  });

  it("texts lose their accents, and stop words keep negations", () => {
    expect(stripAccents("Café naïve")).toBe("Cafe naive");
    expect(englishStopWords).toContain("the");
    expect(englishStopWords).not.toContain("not");
  });

  it("tables: a separator is guessed, columns are typed, samples that come twice are dropped", async () => {
    expect(["a,b", "a;b", "a\tb", "a b"].map(guessSeparator)).toEqual([",", ";", "\t", " "]);
    expect(typeColumn("n", ["1", "", "2.5"])).toEqual({
      name: "n",
      type: "number",
      values: Float64Array.of(1, Number.NaN, 2.5),
    });
    expect(typeColumn("t", ["1", "x"]).type).toBe("text");
    const { x, y } = await dropDuplicates().fitResample(column(1, 1, 2), ["a", "a", "b"]);
    expect([[...(x as Matrix).data], y]).toEqual([
      [1, 2],
      ["a", "b"],
    ]);
  });

  it("a packed model says which version wrote it", async () => {
    const files = await packModel(sgdClassifier().fit(column(0, 1), ["a", "b"]), {
      data: { name: "made up", licence: "CC0" },
    });
    const manifest = Buffer.from(files["model.json"]).toString("utf8");
    expect(JSON.parse(manifest).formatVersion).toBe(modelFormatVersion);
  });

  it("the first layers of a network see larger pictures than it was fitted on", async () => {
    const x = {
      data: Float32Array.from({ length: 4 * 36 }, (_, i) => (i % 36 < 18 === i < 72 ? 1 : 0)),
      shape: [4, 6, 6, 1],
    };
    const layers = [{ kind: "conv2d", filters: 2, kernelSize: 3, padding: "same" }, { kind: "globalPool" }] as const;
    const model = await neuralClassifier({ layers: [...layers], epochs: 1, seed: 1 }).fit(x, ["a", "a", "b", "b"]);
    const state = await model.getState();
    const body = await networkBody(state, { layers: 1, inputShape: [10, 12, 1] });
    expect(body.outputShape).toEqual([10, 12, 2]);
    expect(body.run(new Float32Array(120), 1)).toHaveLength(240);
    body.dispose();
    model.dispose();
    await expect(networkBody(state, { layers: 9 })).rejects.toThrow("networkBody: layers must be in [1, 2], got 9.");
    await expect(networkBody({ kind: "svc" })).rejects.toThrow(
      "needs the state of a neuralClassifier, got one of a svc.",
    );
  });

  it("ONNX Runtime is there or not, and neither is an error", async () => {
    const runtime = await loadOnnxRuntime();
    expect(runtime === undefined || typeof runtime.InferenceSession.create === "function").toBe(true);
  });
});
