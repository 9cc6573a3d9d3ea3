import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  actualDcf,
  applyIsotonic,
  applyPlatt,
  asvErrors,
  asvspoof2019Cost,
  asvspoof2021Cost,
  calibrationCurve,
  chooseThreshold,
  cllr,
  equalErrorRate,
  expectedCalibrationError,
  fitIsotonic,
  fitPlatt,
  isotonicLlr,
  minCllr,
  minDcf,
  plattLlr,
  tandemDcf,
} from "../src/index.js";
import { expectClose, golden } from "./golden.js";

fc.configureGlobal({ seed: 22 });
const { cases, tandem } = golden("detection");
const calibration = golden("calibration");

describe.each(cases as (typeof cases)[number][])("detection on $name", (c) => {
  it("equals the error rates of pyannote, speechbrain, the ASVspoof scripts and the convex hull", () => {
    const eer = (method: "pyannote" | "speechbrain" | "asvspoof" | "convexHull") =>
      equalErrorRate(c.yTrue, c.yScore, { method });
    expectClose(eer("pyannote").eer, c.pyannote);
    expectClose(eer("convexHull").eer, c.convexHull);
    expectClose([eer("asvspoof").eer, eer("asvspoof").threshold], [c.asvspoof, c.asvspoofThreshold]);
    expectClose([eer("speechbrain").eer, eer("speechbrain").threshold], [c.speechbrain, c.speechbrainThreshold]);
  });

  it("equals Cllr by its formula and its least value by scikit-learn's isotonic regression", () => {
    const bounded = c.yScore.map((s: number) => Math.min(50, Math.max(-50, s)));
    expectClose(cllr(c.yTrue, bounded), c.cllr);
    expectClose(minCllr(c.yTrue, c.yScore), c.minCllr);
  });
});

const scored = fc
  .array(fc.record({ y: fc.constantFrom(0, 1), score: fc.integer({ min: -8, max: 8 }) }), { minLength: 2 })
  .filter((items) => new Set(items.map((i) => i.y)).size === 2)
  .map((items) => ({ y: items.map((i) => i.y), score: items.map((i) => i.score / 2) }));

describe("equalErrorRate on the convex hull", () => {
  it("never lies above the interpolated one", () => {
    fc.assert(
      fc.property(scored, ({ y, score }) => {
        const hull = equalErrorRate(y, score, { method: "convexHull" }).eer;
        expect(hull).toBeLessThanOrEqual(equalErrorRate(y, score).eer + 1e-12);
      }),
    );
  });

  it("refuses unknown methods, and weights where items are counted", () => {
    expect(() => equalErrorRate([0, 1], [1, 2], { method: "best" as never })).toThrow(
      new RangeError(
        "equalErrorRate: method must be one of interpolated, convexHull, asvspoof, pyannote, speechbrain, got best.",
      ),
    );
    expect(() => equalErrorRate([0, 1], [1, 2], { method: "asvspoof", sampleWeight: [1, 2] })).toThrow(
      new RangeError('equalErrorRate: sampleWeight does not go with method "asvspoof", which counts items.'),
    );
  });
});

describe("cllr and minCllr", () => {
  it("are 1 for ratios that tell nothing, and grow with errors", () => {
    expect(cllr([0, 1], [0, 0])).toBe(1);
    expect(cllr([0, 1], [5, -5])).toBeGreaterThan(1);
    expect(cllr([0, 1], [Number.POSITIVE_INFINITY, 1])).toBe(Number.POSITIVE_INFINITY);
    expect(minCllr([0, 1, 0, 1], [1, 1, 1, 1])).toBe(1);
    expect(minCllr([0, 1], [1, 2])).toBe(0);
  });

  it("have the least value below every other, whatever rising map is applied", () => {
    fc.assert(
      fc.property(scored, fc.double({ min: 0.1, max: 3, noNaN: true }), ({ y, score }, slope) => {
        const least = minCllr(y, score);
        expect(least).toBeLessThanOrEqual(
          cllr(
            y,
            score.map((s) => slope * s),
          ) + 1e-12,
        );
        expect(
          minCllr(
            y,
            score.map((s) => s ** 3),
          ),
        ).toBeCloseTo(least, 12);
      }),
    );
  });
});

describe("actualDcf", () => {
  it("decides at the threshold that prior and costs imply", () => {
    // Threshold ln(0.5 / 0.5) = 0: one of two targets missed, one of two others accepted.
    const got = actualDcf([1, 1, 0, 0], [1, -1, 0, -2], { pTarget: 0.5 });
    expect(got).toEqual({ actualDcf: 1, threshold: 0, fnr: 0.5, fpr: 0.5 });
    expect(actualDcf([1, 0], [1, 2]).threshold).toBeCloseTo(Math.log(99), 12);
  });

  it("never lies below the least cost", () => {
    fc.assert(
      fc.property(scored, ({ y, score }) => {
        const options = { pTarget: 0.2, cMiss: 3 };
        expect(actualDcf(y, score, options).actualDcf).toBeGreaterThanOrEqual(minDcf(y, score, options).minDcf - 1e-12);
      }),
    );
  });
});

describe("tandemDcf", () => {
  const asv = asvErrors(tandem);
  const y = [...tandem.bona.map(() => 1), ...tandem.fake.map(() => 0)];
  const score = [...tandem.bona, ...tandem.fake];

  it("equals the ASVspoof 2019 and 2021 costs", () => {
    expectClose(
      [asv.missRate, asv.falseAlarmRate, asv.spoofAcceptRate, asv.threshold],
      [tandem.asv.missRate, tandem.asv.falseAlarmRate, tandem.asv.spoofAcceptRate, tandem.asvThreshold],
    );
    const { threshold: _, ...rates } = asv;
    expectClose(tandemDcf(y, score, { asv: rates, cost: asvspoof2019Cost }).minTDcf, tandem.v2019);
    expectClose(tandemDcf(y, score, { asv: rates, cost: asvspoof2021Cost }).minTDcf, tandem.v2021);
    expect(tandemDcf(y, score, { asv: rates })).toEqual(tandemDcf(y, score, { asv: rates, cost: asvspoof2021Cost }));
  });

  it("is least where the countermeasure is perfect", () => {
    const rates = { missRate: 0, falseAlarmRate: 0, spoofAcceptRate: 0.5 };
    expect(tandemDcf([1, 0], [1, 0], { asv: rates })).toEqual({ minTDcf: 0, threshold: 1 });
  });

  it("says what is wrong", () => {
    const rates = { missRate: 0, falseAlarmRate: 1.5, spoofAcceptRate: 0.5 };
    expect(() => tandemDcf([1, 0], [1, 0], { asv: rates })).toThrow(
      new RangeError("tandemDcf: asv.falseAlarmRate must be in [0, 1], got 1.5."),
    );
    expect(() => tandemDcf([1, 0], [1, 0], { asv: { missRate: 1, falseAlarmRate: 1, spoofAcceptRate: 0 } })).toThrow(
      /^tandemDcf: costs of the countermeasure must not be negative, got -0\.09\d* and 0; is asv reasonable\?$/,
    );
    expect(() => asvErrors({ target: [1], nontarget: [0], spoof: [] })).toThrow(
      new RangeError("asvErrors: spoof must hold at least one score, got 0."),
    );
  });
});

describe("chooseThreshold", () => {
  const y = [0, 0, 1, 0, 1, 1];
  const score = [1, 2, 3, 4, 5, 6];

  it("lies midway between the scores it separates", () => {
    // At 3.5 one target of three is missed and one other of three accepted.
    expect(chooseThreshold(y, score, { at: "eer" })).toEqual({ threshold: 3.5, fnr: 1 / 3, fpr: 1 / 3 });
    expect(chooseThreshold(y, score, { at: "falseAlarmRate", most: 0 })).toEqual({
      threshold: 4.5,
      fnr: 1 / 3,
      fpr: 0,
    });
    expect(chooseThreshold(y, score, { at: "missRate", most: 0 })).toEqual({ threshold: 2.5, fnr: 0, fpr: 1 / 3 });
    expect(chooseThreshold(y, score, { at: "cost", pTarget: 0.9 })).toEqual({ threshold: 2.5, fnr: 0, fpr: 1 / 3 });
    expect(chooseThreshold([1, 0], [1, 2], { at: "falseAlarmRate", most: 0 })).toEqual({
      threshold: 2 + 2 ** -51,
      fnr: 1,
      fpr: 0,
    });
    expect(chooseThreshold([1, 0], [1, 2], { at: "missRate", most: 0 }).threshold).toBe(1);
  });

  it("keeps what it promises on any scores", () => {
    fc.assert(
      fc.property(scored, fc.double({ min: 0, max: 1, noNaN: true }), ({ y, score }, most) => {
        const { threshold, fpr, fnr } = chooseThreshold(y, score, { at: "falseAlarmRate", most });
        const others = y.filter((t) => t === 0).length;
        expect(y.filter((t, i) => t === 0 && score[i] >= threshold).length / others).toBe(fpr);
        expect(y.filter((t, i) => t === 1 && score[i] < threshold).length / (y.length - others)).toBe(fnr);
        expect(fpr).toBeLessThanOrEqual(most);
      }),
    );
  });

  it("says what is wrong", () => {
    expect(() => chooseThreshold(y, score, { at: "falseAlarmRate", most: 5 })).toThrow(
      new RangeError("chooseThreshold: most must be in [0, 1], got 5."),
    );
    expect(() => chooseThreshold(y, score, { at: "far" } as never)).toThrow(
      new RangeError("chooseThreshold: at must be one of eer, falseAlarmRate, missRate, cost, got far."),
    );
  });
});

describe("calibration", () => {
  const { yTrue, yScore, yProb, curves, platt, isotonic } = calibration;

  it("curve equals scikit-learn's, by width and by quantile", () => {
    for (const strategy of ["uniform", "quantile"] as const) {
      for (const nBins of [5, 10]) {
        const got = calibrationCurve(yTrue, yProb, { nBins, strategy });
        expectClose(got.probTrue, curves[`${strategy}${nBins}`].true);
        expectClose(got.probPred, curves[`${strategy}${nBins}`].pred);
        expect(got.counts.reduce((a, b) => a + b)).toBe(120);
      }
    }
  });

  it("error is the weighted distance of confidence and accuracy, by hand", () => {
    // Bins of width 0.5: (0.2: wrong), (0.8: right, 0.9: wrong).
    expect(expectedCalibrationError([0, 1, 0], [0.2, 0.8, 0.9], { nBins: 2 })).toBeCloseTo(0.2 / 3 + 0.7 / 3, 12);
    expect(expectedCalibrationError([1, 0], [1, 0])).toBe(0);
    expect(() => expectedCalibrationError([1], [1.2])).toThrow(
      new RangeError("expectedCalibrationError: yProb[0] must be in [0, 1], got 1.2."),
    );
  });

  it("by Platt equals scikit-learn's sigmoid, whatever the size of the scores", () => {
    const fit = fitPlatt(yTrue, yScore);
    expectClose([fit.slope, fit.intercept], [platt.slope, platt.intercept], 1e-5);
    expectClose([fit.slope, fit.intercept], [platt.exactSlope, platt.exactIntercept], 1e-9);
    const big = fitPlatt(
      yTrue,
      yScore.map((s: number) => s * 1000),
    );
    expectClose([big.slope * 1000, big.intercept], [platt.bigSlope * 1000, platt.bigIntercept], 1e-4);
    expect(applyPlatt(fit, 100)).toBeGreaterThan(0.999);
    expect(plattLlr(fit, 0.3) + fit.priorLogOdds).toBeCloseTo(
      Math.log(applyPlatt(fit, 0.3) / (1 - applyPlatt(fit, 0.3))),
      10,
    );
  });

  it("by Platt stays finite where classes separate or scores are alike", () => {
    const fit = fitPlatt([0, 0, 1, 1], [1, 2, 3, 4]);
    expect(Number.isFinite(fit.slope) && fit.slope < 0).toBe(true);
    const flat = fitPlatt([0, 1, 1], [2, 2, 2]);
    expect(applyPlatt(flat, 2)).toBeCloseTo((1 / 3 + 0.75 * 2) / 3, 6);
    expect(() => fitPlatt([0, 1], [1, Number.POSITIVE_INFINITY])).toThrow(
      new RangeError("fitPlatt: yScore must be finite, got Infinity at index 1."),
    );
  });

  it("by isotonic regression equals scikit-learn's between and beyond the scores", () => {
    const fit = fitIsotonic(yTrue, yScore);
    expectClose(
      isotonic.grid.map((s: number) => applyIsotonic(fit, s)),
      isotonic.value,
    );
    expect(JSON.parse(JSON.stringify(fit))).toEqual(fit);
    expect(isotonicLlr(fit, 1e9)).toBe(10);
    expect(isotonicLlr(fit, -1e9, { most: 3 })).toBe(-3);
  });

  it("makes scores cost less than before on the data learned from", () => {
    const fit = fitPlatt(yTrue, yScore);
    const wild = yScore.map((s: number) => 10 * s + 7);
    const tame = fitPlatt(yTrue, wild);
    expect(
      cllr(
        yTrue,
        wild.map((s: number) => plattLlr(tame, s)),
      ),
    ).toBeLessThan(cllr(yTrue, wild));
    expect(
      cllr(
        yTrue,
        yScore.map((s: number) => plattLlr(fit, s)),
      ),
    ).toBeLessThan(minCllr(yTrue, yScore) + 0.2);
  });
});
