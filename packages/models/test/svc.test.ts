import { describe, expect, it } from "vitest";
import { readState, restoreModel, type Svc, selectSamples, svc } from "../src/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

interface Case {
  options: object;
  x: number[][];
  y: string[];
  fitted: number;
  decision: number[] | number[][];
  predict: string[];
  nSupport: number[];
  dualCoef: number;
  intercept: number[];
}
const { cases } = golden<{ cases: Case[] }>("svc");

describe.each(cases.map((c) => [JSON.stringify(c.options), c] as const))("svc %s", (_, want) => {
  const x = matrixOf(want.x.slice(0, want.fitted));
  const held = matrixOf(want.x.slice(want.fitted));
  const y = want.y.slice(0, want.fitted);
  const fitted = svc(want.options).fit(x, y);

  it("decides and predicts as scikit-learn", () => {
    expectClose(fitted.decisionFunction(held).data, want.decision.flat(), 1e-5);
    expect(fitted.predict(held)).toEqual(want.predict);
  });

  it("keeps as many support vectors, and the same offsets", () => {
    expect(fitted.supportVectors.rows).toBe(want.nSupport.reduce((a, b) => a + b, 0));
    const rho = readState(fitted.getState()).float64("rho", [want.intercept.length]);
    const sign = want.nSupport.length === 2 ? 1 : -1;
    expectClose(
      rho,
      want.intercept.map((b) => sign * b),
      1e-5,
    );
  });

  it("gives probabilities that sum to one", () => {
    const { data, rows, cols } = fitted.predictProba(held);
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let c = 0; c < cols; c++) sum += data[i * cols + c];
      expect(sum).toBeCloseTo(1, 9);
    }
  });

  it("predicts the same after a trip through JSON", async () => {
    const copy = (await restoreModel(JSON.parse(JSON.stringify(fitted)))) as Svc;
    expect(copy.predictProba(held)).toEqual(fitted.predictProba(held));
  });

  it("finds the same machine with hardly any cache", () => {
    const small = svc({ ...want.options, cacheBytes: 2 ** 20, probability: "none" }).fit(x, y);
    expectClose(small.decisionFunction(held).data, [...fitted.decisionFunction(held).data], 1e-4);
  });
});

describe("svc", () => {
  const { x: rows, y } = cases[1];
  const x = matrixOf(rows);

  it("gives probabilities that agree with its predictions when asked to", () => {
    const model = svc({ probability: "agreeing" }).fit(x, y);
    const { data, cols } = model.predictProba(x);
    const best = model.predict(x).map((label) => model.classes.indexOf(label));
    for (const [i, c] of best.entries()) {
      for (let other = 0; other < cols; other++)
        expect(data[i * cols + c]).toBeGreaterThanOrEqual(data[i * cols + other]);
    }
  });

  it("draws the same probabilities from the same seed, others from another", () => {
    const once = svc({ seed: 4 }).fit(x, y).predictProba(x);
    expect(svc({ seed: 4 }).fit(x, y).predictProba(x)).toEqual(once);
    expect(svc({ seed: 5 }).fit(x, y).predictProba(x)).not.toEqual(once);
  });

  it("does not depend on the order of the classes' samples", () => {
    const order = Int32Array.from(y.keys()).sort((a, b) => (y[a] < y[b] ? -1 : 1));
    const sorted = svc({ tol: 1e-8, probability: "none" }).fit(
      selectSamples(x, order),
      [...order].map((i) => y[i]),
    );
    const plain = svc({ tol: 1e-8, probability: "none" }).fit(x, y);
    expectClose(sorted.decisionFunction(x).data, [...plain.decisionFunction(x).data], 1e-5);
  });

  it("names what is wrong", () => {
    expect(() => svc({ gamma: -1 })).toThrow(
      new RangeError("svc: gamma must be one of scale, auto or a number above 0, got -1."),
    );
    expect(() => svc({ kernel: "rfb" as "rbf" })).toThrow(
      new RangeError('svc: kernel must be one of rbf, linear, poly, sigmoid, precomputed, got "rfb".'),
    );
    expect(() => svc({ gama: 1 } as object)).toThrow(
      new RangeError('svc: unknown option "gama"; did you mean "gamma"?'),
    );
    expect(() => svc({ probability: "none" }).fit(x, y).predictProba(x)).toThrow(
      new Error('svc: predictProba needs probability: "platt" or "agreeing" when fitting; it was "none".'),
    );
  });
});
