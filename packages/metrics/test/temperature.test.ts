import { describe, expect, it } from "vitest";
import { applyTemperature, fitTemperature, logLoss } from "../src/index.js";
import { expectClose, golden } from "./golden.js";

const { yTrue, proba, value, exact, cooler, coolerValue, applied } = golden("calibration").temperature;
const matrix = (rows: number[][]) => ({ data: rows.flat(), rows: rows.length, cols: rows[0].length });

describe("temperature scaling", () => {
  it("equals scikit-learn's, for a classifier that was too sure and one that was not", () => {
    const fitted = fitTemperature(yTrue, matrix(proba), { smooth: false });
    expectClose(fitted.temperature, value, 1e-7);
    expectClose(fitted.temperature, exact, 1e-12);
    expectClose(fitTemperature(yTrue, matrix(cooler), { smooth: false }).temperature, coolerValue, 1e-7);
    for (const [i, row] of applied.entries()) expectClose(applyTemperature(fitted, proba[i]), row, 1e-7);
  });

  it("has the least log loss of all temperatures", () => {
    const { temperature } = fitTemperature(yTrue, matrix(proba), { smooth: false });
    const lossAt = (t: number) =>
      logLoss(
        yTrue,
        matrix(proba.map((row: number[]) => [...applyTemperature({ kind: "temperature", temperature: t }, row)])),
      );
    for (const factor of [0.9, 0.99, 1.01, 1.1]) expect(lossAt(temperature)).toBeLessThan(lossAt(factor * temperature));
  });

  it("keeps the order of the classes, and rows that sum to 1", () => {
    const out = applyTemperature({ kind: "temperature", temperature: 3 }, [0.7, 0.05, 0.25, 0]);
    expect([...out.keys()].sort((a, b) => out[b] - out[a])).toEqual([0, 2, 1, 3]);
    expectClose(
      out.reduce((a, b) => a + b),
      1,
    );
  });

  it("is not certain after a few items without an error, but with smooth: false as sharp as it may be", () => {
    const right = matrix([
      [0.9, 0.1],
      [0.2, 0.8],
      [0.3, 0.7],
    ]);
    const { temperature } = fitTemperature(["a", "b", "b"], right);
    expect(temperature).toBeGreaterThan(0.3);
    expect(fitTemperature(["a", "b", "b"], right, { smooth: false }).temperature).toBeLessThan(0.1);
  });

  it("says what is wrong", () => {
    expect(() => fitTemperature(["a", "b"], matrix([[1, 0]]))).toThrow(
      new RangeError("fitTemperature: yTrue has 2 items and proba 1."),
    );
    expect(() =>
      fitTemperature(
        ["a", "b"],
        matrix([
          [1, 0],
          [1, 0.5],
        ]),
        { labels: ["a", "c"] },
      ),
    ).toThrow(new RangeError('fitTemperature: class "b" is not among the labels.'));
  });
});
