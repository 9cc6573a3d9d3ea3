import { describe, expect, it } from "vitest";
import { getWindow, type WindowSpec } from "../src/index.js";
import { golden, worst } from "./support.js";

const { cases } = golden<{ cases: { spec: WindowSpec; length: number; periodic: boolean; values: number[] }[] }>(
  "windows",
);

describe("getWindow", () => {
  it.each(cases.map((c) => [JSON.stringify(c.spec), c.length, c.periodic, c] as const))(
    "%s of length %i, periodic %s, has SciPy's values",
    (_, length, periodic, { spec, values }) => {
      expect(worst(getWindow(spec, length, { periodic }), values)).toBeLessThan(1e-7);
    },
  );

  it("is periodic unless told otherwise", () => {
    expect([...getWindow("hann", 4)]).toEqual([0, 0.5, 1, 0.5]);
    expect([...getWindow("hann", 3, { periodic: false })]).toEqual([0, 1, 0]);
  });

  it("names the parameter, the rule and the value", () => {
    expect(() => getWindow("han" as "hann", 4)).toThrow(
      new RangeError(
        "getWindow: window must be one of boxcar, hann, hamming, blackman, nuttall, blackmanHarris, flatTop, bartlett, triang, cosine, parzen, bohman, tukey, kaiser, gaussian, generalHamming, got han.",
      ),
    );
    expect(() => getWindow("kaiser" as "hann", 4)).toThrow(
      new RangeError('getWindow: window kaiser needs its parameter, { name: "kaiser", beta: … }.'),
    );
    expect(() => getWindow({ name: "tukey", alpha: 2 }, 4)).toThrow(
      new RangeError("getWindow: window.alpha must be in [0, 1], got 2."),
    );
    expect(() => getWindow({ name: "gaussian", std: 0 }, 4)).toThrow(
      new RangeError("getWindow: window.std must be a finite number above 0, got 0."),
    );
    expect(() => getWindow({ name: "kaiser", beta: Number.NaN }, 4)).toThrow(
      new RangeError("getWindow: window.beta must be in [0, 700], got NaN."),
    );
    expect(() => getWindow("hann", 0)).toThrow(
      new RangeError("getWindow: length must be an integer of at least 1, got 0."),
    );
  });
});
