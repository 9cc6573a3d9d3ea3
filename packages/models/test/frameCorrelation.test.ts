import { describe, expect, it, vi } from "vitest";
import {
  type Classifier,
  createModel,
  type FrameCorrelationOptions,
  frameCorrelation,
  isClassifier,
  type Matrix,
  type Pipeline,
  restoreModel,
  type Tensor,
  type Transformer,
  type Voting,
} from "../src/index.js";
import { expectClose } from "./golden.js";

/** Numbers without pattern, the same on every machine. */
function noise(n: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const tensor = (data: Float32Array, frames: number, cols: number): Tensor => ({
  data,
  shape: [data.length / frames / cols, frames, cols],
});

/** Pearson's correlation by its definition. */
function pearson(a: number[], b: number[]): number {
  const mean = (x: number[]) => x.reduce((s, v) => s + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const sum = (f: (i: number) => number) => a.reduce((s, _, i) => s + f(i), 0);
  const both = sum((i) => (a[i] - ma) * (b[i] - mb));
  return both / Math.sqrt(sum((i) => (a[i] - ma) ** 2) * sum((i) => (b[i] - mb) ** 2));
}

const column = (x: Tensor, c: number): number[] =>
  Array.from({ length: x.shape[1] }, (_, t) => x.data[t * x.shape[2] + c]);

/** One sample by the definition, term by term. */
function byDefinition(
  x: Float32Array,
  cols: number,
  options: FrameCorrelationOptions,
): { row: number[]; picture: number[] } {
  const { detrend = 13, lags = [0, 1, 2], gate, cepstra } = options;
  const frames = x.length / cols;
  const over = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const basis = (k: number, b: number) => Math.sqrt((k ? 2 : 1) / cols) * Math.cos((Math.PI * k * (b + 0.5)) / cols);
  const bands = over(cols, (b) =>
    over(frames, (t) => (cepstra ? sum(over(cols, (k) => x[t * cols + k] * basis(k, b))) : x[t * cols + b])),
  );
  const smooth = (v: number[]) =>
    v.map((_, t) => {
      const first = t - Math.floor((detrend - 1) / 2);
      const near = v.slice(Math.max(0, first), first + detrend);
      return sum(near) / near.length;
    });
  const level = smooth(over(frames, (t) => sum(bands.map((band) => band[t])) / cols));
  const counts = over(frames, (t) => (gate && level[t] <= Math.max(...level) - gate ? 0 : 1));
  const used = sum(counts);
  const deviations: number[] = [];
  const z = bands.map((band) => {
    const trend = detrend > 1 ? smooth(band) : band.map(() => 0);
    const flat = band.map((v, t) => v - trend[t]);
    const mean = sum(flat.map((v, t) => v * counts[t])) / used;
    const std = Math.sqrt(sum(flat.map((v, t) => counts[t] * (v - mean) ** 2)) / used);
    deviations.push(std);
    return flat.map((v, t) => (counts[t] * (v - mean)) / (std + 1e-6));
  });
  const product = (a: number, b: number, lag: number) => sum(over(frames - lag, (t) => z[a][t] * z[b][t + lag])) / used;
  const pairs = lags.flatMap((lag) =>
    over(cols * cols, (i) => i)
      .map((i) => [Math.floor(i / cols), i % cols])
      .filter(([a, b]) => (lag === 0 ? b > a : Math.abs(a - b) < 2))
      .map(([a, b]) => product(a, b, lag)),
  );
  return {
    picture: over(cols * cols, (i) => i).flatMap((i) =>
      lags.map((lag) => product(Math.floor(i / cols), i % cols, lag)),
    ),
    row: [
      ...pairs,
      ...deviations.map((std) => Math.log(std + 1e-3)),
      ...z.map((v) => sum(v.map((w) => w ** 3)) / used),
      ...z.map((v) => Math.min(30, sum(v.map((w) => w ** 4)) / used)),
    ],
  };
}

describe("frameCorrelation", () => {
  it("gives the correlations of columns, their deviations, skewness and kurtosis", () => {
    const x = tensor(noise(40 * 3, 1), 40, 3);
    const { data, cols } = frameCorrelation({ detrend: 1, lags: [0] })
      .fit(x)
      .transform(x) as Matrix;
    expect(cols).toBe(3 + 9);
    const pairs = [
      [0, 1],
      [0, 2],
      [1, 2],
    ];
    for (const [i, [a, b]] of pairs.entries()) expect(data[i]).toBeCloseTo(pearson(column(x, a), column(x, b)), 4);
    const own = column(x, 0);
    const mean = own.reduce((s, v) => s + v, 0) / 40;
    const moment = (k: number) => own.reduce((s, v) => s + (v - mean) ** k, 0) / 40;
    expect(data[3]).toBeCloseTo(Math.log(Math.sqrt(moment(2)) + 1e-3), 5);
    expect(data[6]).toBeCloseTo(moment(3) / moment(2) ** 1.5, 4);
    expect(data[9]).toBeCloseTo(moment(4) / moment(2) ** 2, 4);
  });

  it("finds a column that follows another by its lag, in a picture", () => {
    const source = noise(202, 7);
    const x = tensor(new Float32Array(400), 200, 2);
    for (let t = 0; t < 200; t++) x.data.set([source[t + 2], source[t]], 2 * t);
    const picture = frameCorrelation({ detrend: 1, lags: [0, 2], output: "picture" })
      .fit(x)
      .transform(x) as Tensor;
    expect(picture.shape).toEqual([1, 2, 2, 2]);
    const at = (a: number, b: number, lag: number) => picture.data[(a * 2 + b) * 2 + lag];
    expect(at(0, 1, 1)).toBeGreaterThan(0.95);
    expect(Math.abs(at(0, 1, 0))).toBeLessThan(0.2);
    expect(at(1, 1, 0)).toBeCloseTo(1, 4);
  });

  it("does not know level, colour or slow change, nor frames below the gate", () => {
    const frames = 120;
    const x = tensor(noise(frames * 4, 3), frames, 4);
    const changed = tensor(
      x.data.map((v, i) => v * (1 + (i % 4)) + 10 * (i % 4) + 0.02 * Math.floor(i / 4)),
      frames,
      4,
    );
    const model = frameCorrelation({ detrend: 9, output: "picture" }).fit(x);
    const [a, b] = [model.transform(x), model.transform(changed)] as Tensor[];
    // Ends have no whole window around them, where a slope is not taken off wholly.
    for (let i = 0; i < a.data.length; i++) expect(Math.abs(b.data[i] - a.data[i])).toBeLessThan(0.01);

    const quiet = tensor(new Float32Array((frames + 60) * 4).fill(-90), frames + 60, 4);
    quiet.data.set(x.data);
    const gated = frameCorrelation({ detrend: 1, gate: 30, lags: [0] })
      .fit(quiet)
      .transform(quiet) as Matrix;
    const plain = frameCorrelation({ detrend: 1, lags: [0] })
      .fit(x)
      .transform(x) as Matrix;
    for (let i = 0; i < 6; i++) expect(gated.data[i]).toBeCloseTo(plain.data[i], 4);
  });

  it("turns cepstra back into bands first", () => {
    const frames = 30;
    const bands = tensor(noise(frames * 4, 5), frames, 4);
    const cepstra = tensor(new Float32Array(frames * 4), frames, 4);
    for (let t = 0; t < frames; t++) {
      for (let k = 0; k < 4; k++) {
        let sum = 0;
        for (let b = 0; b < 4; b++) sum += bands.data[4 * t + b] * Math.cos((Math.PI * k * (b + 0.5)) / 4);
        cepstra.data[4 * t + k] = sum * Math.sqrt((k === 0 ? 1 : 2) / 4);
      }
    }
    const own = frameCorrelation().fit(bands).transform(bands) as Matrix;
    const back = frameCorrelation({ cepstra: true }).fit(cepstra).transform(cepstra) as Matrix;
    own.data.forEach((v, i) => {
      expect(back.data[i]).toBeCloseTo(v, 3);
    });
  });

  it.each([
    { frames: 41, cols: 5, options: { detrend: 6, lags: [0, 1, 4], gate: 12 } },
    { frames: 30, cols: 4, options: { detrend: 13, cepstra: true, gate: 15 } },
    { frames: 8, cols: 7, options: { detrend: 25, lags: [0, 7], cepstra: true } },
    { frames: 19, cols: 1, options: { detrend: 1, lags: [0, 2] } },
  ])("equals its definition: $cols columns, $options", ({ frames, cols, options }) => {
    const x = tensor(
      noise(3 * frames * cols, frames).map((v, i) => 10 * v * (1 + Math.floor(i / cols / 7))),
      frames,
      cols,
    );
    const make = (output: "row" | "picture") =>
      frameCorrelation({ ...options, output })
        .fit(x)
        .transform(x) as Tensor | Matrix;
    const want = Array.from({ length: 3 }, (_, i) =>
      byDefinition(x.data.subarray(i * frames * cols, (i + 1) * frames * cols), cols, options),
    );
    expectClose(
      make("picture").data,
      want.flatMap(({ picture }) => picture),
      1e-6,
    );
    expectClose(
      make("row").data,
      want.flatMap(({ row }) => row),
      1e-5,
    );
  });

  it("does its work once for several models of a vote, whose answers stay the same", async () => {
    const x = tensor(noise(12 * 20 * 3, 4), 20, 3);
    const y = Array.from({ length: 12 }, (_, i) => (i % 2 ? "a" : "b"));
    const members = [
      {
        kind: "pipeline",
        steps: [{ kind: "frameCorrelation", detrend: 3 }, { kind: "standardScaler" }, { kind: "gaussianNaiveBayes" }],
      },
      { kind: "pipeline", steps: [{ kind: "frameCorrelation", detrend: 3 }, { kind: "logisticRegression" }] },
      { kind: "pipeline", steps: [{ kind: "frameCorrelation", detrend: 5 }, { kind: "logisticRegression" }] },
    ];
    const model = (await createModel("voting", { estimators: members })) as Voting;
    await model.fit(x, y);
    const each = await Promise.all(model.estimators.map((own) => own.predictProba(x)));
    const began = model.estimators.map((own) => vi.spyOn((own as Pipeline).steps[0] as Transformer, "transform"));
    const together = await model.predictProba(x);
    expectClose(
      together.data,
      [...together.data.keys()].map((i) => (each[0].data[i] + each[1].data[i] + each[2].data[i]) / 3),
      1e-12,
    );
    expect(began.map((spy) => spy.mock.calls.length)).toEqual([0, 0, 1]);
    await expect(model.predictProba(tensor(noise(40, 1), 10, 4))).rejects.toThrow(/^frameCorrelation: /);
  });

  it("stands in a pipeline that is stored", async () => {
    const x = tensor(noise(12 * 20 * 3, 9), 20, 3);
    for (let i = 0; i < 6; i++) for (let t = 0; t < 20; t++) x.data[i * 60 + 3 * t + 1] = x.data[i * 60 + 3 * t];
    const y = Array.from({ length: 12 }, (_, i) => (i < 6 ? "together" : "apart"));
    const model = await createModel("pipeline", {
      steps: [{ kind: "frameCorrelation", detrend: 3 }, { kind: "logisticRegression" }],
    });
    if (!isClassifier(model)) throw new Error("no classifier");
    await model.fit(x, y);
    const restored = (await restoreModel(await model.getState())) as Classifier;
    expect(await restored.predict(x)).toEqual(y);
  });

  it("names samples, lags and values that are wrong", () => {
    const x = tensor(noise(60, 1), 20, 3);
    expect(() => frameCorrelation({ lags: [0, 20] }).fit(x)).toThrow(
      new RangeError("frameCorrelation: lags must be below the number of frames (20), got 20."),
    );
    expect(() => frameCorrelation().fit({ data: x.data, rows: 20, cols: 3 } as never)).toThrow(
      /^frameCorrelation: x must be samples × frames × columns, got /,
    );
    const bad = tensor(x.data.slice(), 20, 3);
    bad.data[7] = Number.NaN;
    expect(() => frameCorrelation().fit(bad)).toThrow(
      new RangeError("frameCorrelation: x must be finite, got NaN at index 7."),
    );
    expect(() => frameCorrelation({ lags: [1] })).toThrow(/lags must be whole numbers that rise from 0/);
  });
});
