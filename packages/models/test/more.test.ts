import { describe, expect, it } from "vitest";
import {
  accuracyScorer,
  applyIsotonic,
  calibrated,
  cluster,
  createRandom,
  crossValidate,
  fitIsotonic,
  fitMixture,
  gaussianNaiveBayes,
  isolationForest,
  kMeans,
  linearSvc,
  logisticRegression,
  logLossScorer,
  mixtureLogs,
  partialDependence,
  permutationImportance,
  pipeline,
  readState,
  rocAucScorer,
  search,
  selectColumns,
  standardScaler,
  stratifiedFolds,
  stratifiedShare,
  truncatedSvd,
  voting,
} from "../src/index.js";
import { smote } from "../src/tabular/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

interface Golden {
  x: number[][];
  y: string[];
  linear: { options: object; coef: number[][]; intercept: number[] }[];
  clusters: number[][];
  mixtures: { nComponents: number; covariance: "full" | "diag"; logLikelihood: number; logs: number[] }[];
  inertia: number;
  low: number[][];
  singular: number[];
  z: number[][];
  scores: number[];
  hits: number[];
  isotonic: number[];
  auc: number;
}
const want = golden<Golden>("more");
const x = matrixOf(want.x);
const { y } = want;

describe("linearSvc", () => {
  it.each(want.linear)("finds liblinear's weights with $options", ({ options, coef, intercept }) => {
    const model = linearSvc({ ...options, tol: 1e-8, maxIter: 100_000 }).fit(x, y);
    const learned = readState({ kind: "linearSvc", ...(readState(model.getState()).options("learned") as object) });
    expectClose(learned.float64("coef", [3, 5]), coef.flat(), 1e-5);
    expectClose(learned.float64("intercept", [3]), intercept, 1e-5);
  });
});

describe("mixtures and clusters", () => {
  const clusters = matrixOf(want.clusters);
  const settings = { regCovar: 1e-6, tol: 1e-9, maxIter: 500, seed: 0 };

  it.each(want.mixtures)("$nComponents of $covariance covariance reach scikit-learn's likelihood", (mixture) => {
    const { nComponents, covariance } = mixture;
    const { mixture: found, logLikelihood } = fitMixture(clusters, { ...settings, nComponents, covariance });
    expect(logLikelihood).toBeCloseTo(mixture.logLikelihood, 6);
    expectClose(mixtureLogs(found, clusters).subarray(0, 6), mixture.logs, 1e-4);
  });

  it("k-means finds the clusters that there are", () => {
    const found = cluster(clusters, { nClusters: 3, nInit: 3, maxIter: 300, tol: 1e-4, seed: 1 });
    expect(found.inertia).toBeCloseTo(want.inertia, 6);
    for (const from of [0, 30, 60]) expect(new Set(found.labels.subarray(from, from + 30)).size).toBe(1);
  });

  it("k-means gives distances to centres, and asks for enough samples", () => {
    const { data, cols } = kMeans({ nClusters: 3 }).fit(clusters).transform(clusters);
    expect(cols).toBe(3);
    expect(data.every((d) => d >= 0)).toBe(true);
    expect(() => kMeans({ nClusters: 4 }).fit(matrixOf([[1], [2]]))).toThrow(
      new RangeError("kMeans: nClusters is 4, but there are only 2 samples."),
    );
  });
});

describe("truncatedSvd", () => {
  it("finds scikit-learn's directions", () => {
    const low = matrixOf(want.low);
    const model = truncatedSvd({ nComponents: 3 }).fit(low);
    const z = model.transform(low);
    for (let r = 0; r < 3; r++) {
      const own = want.z.map((row) => row[r]);
      const sign = Math.sign(own[0] * z.data[r]);
      expectClose(
        want.z.map((_, i) => sign * z.data[3 * i + r]),
        own,
        1e-6,
      );
    }
  });
});

describe("isotonic regression", () => {
  it("equals scikit-learn's", () => {
    const rising = fitIsotonic(want.scores, want.hits);
    const line = Array.from({ length: 33 }, (_, i) => applyIsotonic(rising, -4 + i / 4));
    expectClose(line, want.isotonic, 1e-9);
  });
});

describe("calibrated", () => {
  it.each(["sigmoid", "isotonic"] as const)(
    "mends probabilities that are too sure of themselves: %s",
    async (method) => {
      // Five copies of each column: naive Bayes counts the same evidence five times.
      const copied = matrixOf(want.x.map((row) => Array.from({ length: 5 }, () => row).flat()));
      const plain = await crossValidate(() => gaussianNaiveBayes(), copied, y, { scorer: logLossScorer });
      const mended = await crossValidate(() => calibrated(() => gaussianNaiveBayes(), { method }), copied, y, {
        scorer: logLossScorer,
      });
      expect(mended.mean).toBeGreaterThan(plain.mean);
    },
  );
});

describe("voting", () => {
  it("averages probabilities by weight", async () => {
    const [a, b] = [gaussianNaiveBayes().fit(x, y), logisticRegression().fit(x, y)];
    const model = await voting([gaussianNaiveBayes(), logisticRegression()], { weights: [3, 1] }).fit(x, y);
    const mean = a.predictProba(x).data.map((v, i) => 0.75 * v + 0.25 * b.predictProba(x).data[i]);
    expectClose((await model.predictProba(x)).data, [...mean], 1e-12);
    expect(() => voting([a], { weights: [1, 2] })).toThrow(
      new RangeError("voting: weights must be 1 numbers ≥ 0, not all 0, got 1, 2."),
    );
  });
});

describe("scorers", () => {
  it("know areas, shares and losses", () => {
    const data = Float64Array.from(want.scores.flatMap((s) => [-s, s]));
    const labels = want.hits.map((h) => (h ? "yes" : "no"));
    expect(rocAucScorer(labels, { data, rows: 40, cols: 2 }, ["no", "yes"])).toBeCloseTo(want.auc, 9);
    const half = { data: Float64Array.of(0.4, 0.6, 0.4, 0.6), rows: 2, cols: 2 };
    expect(accuracyScorer(["b", "a"], half, ["a", "b"])).toBe(0.5);
    expect(logLossScorer(["b", "a"], half, ["a", "b"])).toBeCloseTo((Math.log(0.6) + Math.log(0.4)) / 2, 12);
  });
});

describe("splits", () => {
  const codes = Int32Array.from({ length: 103 }, (_, i) => (i % 10 < 7 ? 0 : 1));

  it("test each sample once and keep the classes' shares", () => {
    const folds = stratifiedFolds(codes, 2, 5, 1);
    expect(folds.flatMap(({ test }) => [...test]).sort((a, b) => a - b)).toEqual([...codes.keys()]);
    for (const { train, test } of folds) {
      expect(train.length + test.length).toBe(103);
      const ones = test.filter((i) => codes[i] === 1).length;
      expect(Math.abs(ones / test.length - 0.3)).toBeLessThan(0.06);
    }
  });

  it("never tear a group apart", () => {
    const groups = [...codes].map((_, i) => `speaker${i % 13}`);
    for (const { train, test } of stratifiedFolds(codes, 2, 4, 0, groups)) {
      expect(test.length).toBeGreaterThan(0);
      const seen = new Set([...train].map((i) => groups[i]));
      expect([...test].some((i) => seen.has(groups[i]))).toBe(false);
    }
    expect(() => stratifiedFolds(codes, 2, 20, 0, groups)).toThrow("stratifiedFolds: 13 groups cannot make 20 parts.");
  });

  it("take a share of each class", () => {
    const held = stratifiedShare(codes, 2, 0.2, 3);
    expect([0, 1].map((c) => held.filter((i) => codes[i] === c).length)).toEqual([15, 6]);
  });
});

describe("search", () => {
  it("finds the setting that is best, by grid, at random and by halving", async () => {
    const make = ({ c }: Record<string, unknown>) => pipeline(standardScaler(), logisticRegression({ c: c as number }));
    const space = { c: [1e-6, 1e-5, 1, 10] };
    const grid = await search(make, space, x, y, { cv: 3 });
    expect(grid.trials).toHaveLength(4);
    expect(grid.best.settings.c).toBeGreaterThanOrEqual(1);
    expect((await search(make, space, x, y, { cv: 3, strategy: "random", draws: 2 })).trials).toHaveLength(2);
    const halving = await search(make, space, x, y, { cv: 3, strategy: "halving" });
    expect(halving.trials.length).toBeGreaterThan(4);
    expect(halving.best.samples).toBe(y.length);
    await expect(search(make, { c: [] }, x, y)).rejects.toThrow(new RangeError('search: "c" has no values to try.'));
  });
});

describe("selectColumns", () => {
  const columns = matrixOf([
    [1, 5, 0, 0.1],
    [2, 5, 1, 0.2],
    [3, 5, 0, 0.1],
    [4, 5, 1, 0.2],
  ]);
  const label = ["a", "a", "b", "b"];

  it("keeps columns that go with the class, vary, or tell about it", () => {
    const kept = (options: object) => [
      ...selectColumns(options).fit(columns, label).transform(columns).data.subarray(0, 2),
    ];
    expect(kept({ k: 1 })).toEqual([1, 2]);
    expect(selectColumns({ by: "variance" }).fit(columns).transform(columns).cols).toBe(3);
    expect(selectColumns({ by: "mutualInformation", threshold: 0.5 }).fit(columns, label).transform(columns).cols).toBe(
      1,
    );
  });

  it("says when nothing is left, or classes are missing", () => {
    expect(() => selectColumns({ threshold: 0.95 }).fit(columns, label)).toThrow(
      new RangeError("selectColumns: no column has a correlation above 0.95; the largest is 0.894."),
    );
    expect(() => selectColumns().fit(columns)).toThrow(
      new RangeError("selectColumns: correlation needs the classes of the samples."),
    );
  });
});

describe("cross-validation", () => {
  it("does not leak: on noise, selection and oversampling inside the parts stay at chance", async () => {
    const rng = createRandom(11);
    const rows = Array.from({ length: 60 }, () => Array.from({ length: 300 }, () => rng.normal()));
    const noise = matrixOf(rows);
    const labels = rows.map((_, i) => ((i * 7919) % 5 < 2 ? "a" : "b"));
    const make = () => pipeline(selectColumns({ k: 8 }), smote(), logisticRegression());
    const inside = await crossValidate(make, noise, labels, { scorer: rocAucScorer });
    expect(inside.mean).toBeLessThan(0.7);
    const leaky = selectColumns({ k: 8 }).fit(noise, labels).transform(noise);
    const outside = await crossValidate(() => logisticRegression(), leaky, labels, { scorer: rocAucScorer });
    expect(outside.mean).toBeGreaterThan(inside.mean + 0.1);
  });
});

describe("importance and dependence", () => {
  const rng = createRandom(2);
  const rows = Array.from({ length: 200 }, () => [rng.normal(), rng.normal(), rng.normal()]);
  const label = rows.map(([a, b]) => (a + 0.3 * b > 0 ? "yes" : "no"));
  const data = matrixOf(rows);

  it("find the columns that matter, in order", async () => {
    const model = logisticRegression().fit(data, label);
    const [first, second, third] = await permutationImportance(model, data, label, { scorer: rocAucScorer });
    expect(first.mean).toBeGreaterThan(second.mean);
    expect(second.mean).toBeGreaterThan(third.mean + 0.005);
    expect(Math.abs(third.mean)).toBeLessThan(0.01);
    expect(await permutationImportance(model, data, label)).toEqual(await permutationImportance(model, data, label));
  });

  it("follow one column while the others stay as they are", async () => {
    const model = logisticRegression().fit(data, label);
    const { data: curve, rows: n, cols } = await partialDependence(model, data, 0, [-2, 0, 2]);
    expect([n, cols]).toEqual([3, 2]);
    expect(curve[1]).toBeLessThan(curve[3]);
    expect(curve[3]).toBeLessThan(curve[5]);
    await expect(partialDependence(model, data, 7, [0])).rejects.toThrow(
      new RangeError("partialDependence: column must be a whole number in [0, 2], got 7."),
    );
  });
});

describe("isolationForest", () => {
  it("scores odd rows above ordinary ones", () => {
    const rng = createRandom(3);
    const rows = Array.from({ length: 300 }, () => [rng.normal(), rng.normal()]);
    const odd = [
      [6, 6],
      [-7, 5],
      [0, -8],
    ];
    const scores = isolationForest()
      .fit(matrixOf([...rows, ...odd]))
      .transform(matrixOf([...rows, ...odd])).data;
    const ordinary = scores.slice(0, 300).sort();
    for (let i = 300; i < 303; i++) expect(scores[i]).toBeGreaterThan(ordinary[290]);
    expect(ordinary[150]).toBeLessThan(0.5);
  });
});
