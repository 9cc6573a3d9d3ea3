import { describe, expect, it } from "vitest";
import { logisticRegression, pipeline, restoreModel, type SparseMatrix } from "../src/index.js";
import {
  countVectorizer,
  decidingNgrams,
  explainText,
  naiveBayesWeights,
  stripHtml,
  tfidfVectorizer,
  tokenise,
  type Vectorizer,
} from "../src/text/index.js";
import { expectClose, golden } from "./golden.js";

interface Sparse {
  indptr: number[];
  indices: number[];
  values: number[];
}
interface Golden {
  texts: string[];
  held: string[];
  cases: { options: object; vocabulary: string[]; x: Sparse; held: Sparse }[];
  counts: { sum: number; columns: number };
}
const { texts, held, cases, counts } = golden<Golden>("text");

/** scikit-learn orders by code point, we by UTF-16 unit: columns are compared by name. */
function expectRows(actual: SparseMatrix, names: readonly string[], want: Sparse, wantNames: readonly string[]): void {
  const cells = ({ indptr, indices, values }: Sparse | SparseMatrix, vocabulary: readonly string[]) =>
    Array.from({ length: indptr.length - 1 }, (_, i) =>
      Array.from({ length: indptr[i + 1] - indptr[i] }, (_, k) => ({
        name: vocabulary[indices[indptr[i] + k]],
        value: values[indptr[i] + k],
      })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    ).flat();
  const got = cells(actual, names);
  const expected = cells(want, wantNames);
  expect(got.map((c) => c.name)).toEqual(expected.map((c) => c.name));
  expectClose(
    got.map((c) => c.value),
    expected.map((c) => c.value),
    1e-12,
  );
}

describe.each(cases.map((c) => [JSON.stringify(c.options), c] as const))("tfidfVectorizer %s", (_, want) => {
  const model = tfidfVectorizer(want.options);
  const fitted = model.fitTransform(texts);

  it("finds scikit-learn's n-grams and weights", () => {
    expect([...model.vocabulary].sort()).toEqual([...want.vocabulary].sort());
    expectRows(fitted, model.vocabulary, want.x, want.vocabulary);
  });

  it("weighs new texts as scikit-learn does", () => {
    expectRows(model.transform(held), model.vocabulary, want.held, want.vocabulary);
  });

  it("gives training texts the same rows later, and after a trip through JSON", async () => {
    expect(model.transform(texts)).toEqual(fitted);
    const copy = (await restoreModel(JSON.parse(JSON.stringify(model)))) as Vectorizer;
    expect(copy.transform(held)).toEqual(model.transform(held));
  });
});

describe("countVectorizer", () => {
  it("counts as scikit-learn does", () => {
    const x = countVectorizer({ ngramRange: [1, 2] }).fitTransform(texts);
    expect(Float64Array.from(x.values).reduce((a, b) => a + b, 0)).toBe(counts.sum);
    expect(x.cols).toBe(counts.columns);
  });

  it("keeps the most frequent n-grams, of equals the first in order", () => {
    const model = countVectorizer({ maxFeatures: 2 }).fit(["bb bb aa cc", "cc dd aa ee"]);
    expect(model.vocabulary).toEqual(["aa", "bb"]);
    expect(countVectorizer({ maxFeatures: 3 }).fit(["bb bb aa cc", "cc dd aa ee"]).vocabulary).toEqual([
      "aa",
      "bb",
      "cc",
    ]);
  });

  it("takes empty texts and very long ones", () => {
    const model = countVectorizer().fit(["", "word ".repeat(200_000)]);
    const { indptr, values } = model.transform(["", "word word"]);
    expect([...indptr]).toEqual([0, 0, 1]);
    expect([...values]).toEqual([2]);
    expect(model.transform(["a".repeat(1_000_000)]).values).toHaveLength(0);
  });

  it("survives many thousands of words", () => {
    const words = Array.from({ length: 30_000 }, (_, i) => `w${(i * 7919) % 30_011}`);
    const x = countVectorizer({ ngramRange: [1, 2] }).fitTransform([words.join(" "), words.join(" ")]);
    expect(x.cols).toBe(30_000 + 29_999);
    expect(new Set(x.values)).toEqual(new Set([1]));
  });

  it("names what is wrong", () => {
    expect(() => countVectorizer().fit(["", "!"])).toThrow(
      new RangeError("countVectorizer: no n-gram is left of 2 texts; are they empty, or the limits too narrow?"),
    );
    expect(() => countVectorizer().fit([1] as unknown as string[])).toThrow(
      new TypeError("countVectorizer: x must hold texts, got 1 at 0."),
    );
    expect(() => countVectorizer().fit({ data: new Float32Array(1), rows: 1, cols: 1 } as unknown as string[])).toThrow(
      new TypeError("countVectorizer: x must be a list of texts, got a matrix."),
    );
    expect(() => countVectorizer().transform(["a"])).toThrow(new Error("countVectorizer: call fit before transform."));
    expect(() => countVectorizer({ ngramRange: [2, 1] })).toThrow(/ngramRange must be two whole numbers/);
  });
});

describe("tokenise", () => {
  it("finds words of two characters and more, in any script", () => {
    expect(tokenise("I am 5 née_x 東京 don't")).toEqual(["am", "née_x", "東京", "don"]);
  });

  it("keeps apostrophes, single characters and marks of feeling when asked to", () => {
    expect(tokenise("I don't! Why? 'so'", "expressive")).toEqual(["I", "don't", "!", "Why", "?", "so"]);
  });
});

describe("stripHtml", () => {
  it("takes tags, comments, scripts and entities out and leaves the rest", () => {
    expect(stripHtml("a<br /><br />b").split(/\s+/)).toEqual(["a", "b"]);
    expect(stripHtml("<script>var x = 1 < 2;</script>Tom &amp; Jerry &#233;&#x1F600; 1 < 2 &unknown;")).toBe(
      " Tom & Jerry é😀 1 < 2 &unknown;",
    );
    expect(stripHtml("<!-- <b>no</b> -->yes")).toBe(" yes");
  });
});

describe("a text classifier", () => {
  const good = ["a good film", "good good plot", "really good", "good acting and plot"];
  const bad = ["a bad film", "bad bad plot", "really bad", "bad acting and plot"];
  const x = [...good, ...bad];
  const y = x.map((_, i) => (i < 4 ? "pos" : "neg"));

  it("says which n-grams decide, and explains one text", async () => {
    const model = await pipeline(tfidfVectorizer(), naiveBayesWeights(), logisticRegression()).fit(x, y);
    const { pos, neg } = decidingNgrams(model, { top: 2 });
    expect(
      pos
        .slice(0, 2)
        .map((w) => w.ngram)
        .sort(),
    ).toEqual(["bad", "good"]);
    expect(pos.find((w) => w.ngram === "good")?.weight).toBeGreaterThan(0);
    expect(neg.find((w) => w.ngram === "good")?.weight).toBeLessThan(0);
    const [first] = explainText(model, "the plot was bad").neg;
    expect(first.ngram).toBe("bad");
    expect(first.weight).toBeGreaterThan(0);
    expect(await model.predict(["bad", "good"])).toEqual(["neg", "pos"]);
  });

  it("adds up its n-grams to the score that it decides by", async () => {
    const classifier = logisticRegression({ fitIntercept: false });
    const model = await pipeline(tfidfVectorizer(), classifier).fit(x, y);
    const parts = explainText(model, "good plot, bad acting", { top: 100 }).pos;
    const vectorizer = model.steps[0] as Vectorizer;
    const score = classifier.decisionFunction(vectorizer.transform(["good plot, bad acting"])).data[0];
    expect(parts.reduce((sum, p) => sum + p.weight, 0)).toBeCloseTo(score, 12);
  });

  it("asks for a model that it can explain", () => {
    expect(() => explainText({ steps: [logisticRegression()] }, "x")).toThrow(
      /^explainText: the model must be a pipeline/,
    );
  });

  it("weighs by log-count ratios", () => {
    const counted = countVectorizer({ binary: true }).fitTransform(["up up", "up down", "down", "down"]);
    const { ratios } = naiveBayesWeights().fit(counted, ["b", "b", "a", "a"]);
    // down: second class 1 + 1 of 5, first 2 + 1 of 4; up: 2 + 1 of 5, 0 + 1 of 4
    expectClose(ratios, [Math.log(2 / 5 / (3 / 4)), Math.log(3 / 5 / (1 / 4))], 1e-12);
    expect(() => naiveBayesWeights().fit(counted, ["a", "b", "c", "a"])).toThrow(
      new RangeError("naiveBayesWeights: y must hold two classes, got 3."),
    );
  });
});
