import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bleu,
  bleuAccumulator,
  characterErrorRate,
  cider,
  editCounts,
  editDistance,
  errorRateAccumulator,
  rougeL,
  wordErrorRate,
} from "../src/index.js";
import { tokenize } from "../src/text/tokenize.js";
import { expectClose, golden } from "./golden.js";

fc.configureGlobal({ seed: 23 });
const data = golden("text");
const { hypotheses, references } = data;

describe("bleu", () => {
  it.each(data.bleu as (typeof data.bleu)[number][])(
    "equals sacrebleu's with maxN $maxN, lowercase $lowercase, smoothing $smoothing",
    ({ maxN, lowercase, smoothing, score, precisions, brevityPenalty, lengths }) => {
      const got = bleu(hypotheses, references, { maxN, lowercase, smoothing });
      expectClose(got.score, score);
      expectClose(got.precisions, precisions);
      expectClose(got.brevityPenalty, brevityPenalty);
      expect([got.hypothesisLength, got.referenceLength]).toEqual(lengths);
    },
  );

  it("equals sacrebleu's on each sentence alone, without matches and without words too", () => {
    expectClose(
      hypotheses.map((h: string, i: number) => bleu([h], [references[i]]).score),
      data.singleBleu,
    );
  });

  it("parts words as mteval-v13a does", () => {
    const texts = [...hypotheses, ...references.flat()];
    expect(texts.map((text: string) => tokenize(text, "13a").join(" "))).toEqual(data.tokenized);
  });

  it("is 1 for a text that is its reference, whatever the tokenizer", () => {
    for (const tokenizer of ["13a", "words", "none", (t: string) => [...t]] as const) {
      expect(bleu(["a b c d e"], [["x", "a b c d e"]], { tokenizer }).score).toBe(1);
    }
  });

  it("says what is wrong", () => {
    expect(() => bleu("a" as never, "b" as never)).toThrow(
      new TypeError('bleu: hypotheses must be an array of texts, got "a".'),
    );
    expect(() => bleu(["a"], ["b"] as never)).toThrow(
      new TypeError('bleu: references[0] must be an array of texts, got "b".'),
    );
    expect(() => rougeL(["a"], "b" as never)).toThrow(
      new TypeError('rougeL: references must be an array of texts, got "b".'),
    );
    expect(() => bleu(["a"], [])).toThrow(new RangeError("bleu: hypotheses has 1 items and references 0."));
    expect(() => bleu(["a"], [[]])).toThrow(new RangeError("bleu: references[0] must hold at least one item, got 0."));
    expect(() => bleu(["a"], [["a"]], { maxN: 0 })).toThrow(
      new RangeError("bleu: maxN must be a whole number in [1, 9], got 0."),
    );
    expect(() => bleu(["a"], [["a"]], { tokenizer: "ptb" as never })).toThrow(
      new RangeError("bleu: tokenizer must be one of 13a, words, none, got ptb."),
    );
  });
});

describe("rougeL", () => {
  it("equals rouge-score's on each pair", () => {
    references.forEach((list: string[], i: number) => {
      list.forEach((reference, j) => {
        const { precision, recall, fScore } = rougeL([hypotheses[i]], [[reference]]);
        expectClose([precision, recall, fScore], data.rouge[i][j]);
      });
    });
  });

  it("takes the best reference, and weighs recall by beta", () => {
    expect(rougeL(["a b"], [["c", "a b"]]).fScore).toBe(1);
    const { fScore } = rougeL(["a"], [["a b"]], { beta: 2 });
    expect(fScore).toBeCloseTo((5 * 1 * 0.5) / (0.5 + 4 * 1), 12);
  });
});

describe("cider", () => {
  it("equals pycocoevalcap's on the same tokens", () => {
    const { score, perItem } = cider(hypotheses, references, {
      tokenizer: (text) => text.toLowerCase().split(/\s+/).filter(Boolean),
    });
    expectClose(perItem, data.cider, 1e-9);
    expect(score).toBeCloseTo(perItem.reduce((a, b) => a + b) / 8, 12);
  });

  it("is higher for a caption that people would write", () => {
    const people = [["a dog runs on grass", "the dog runs"], ["a red car", "a car on the road"], ["two men talk"]];
    const good = cider(["a dog runs on grass", "a red car", "two men talk"], people).score;
    expect(good).toBeGreaterThan(cider(["a red car", "two men talk", "a dog runs on grass"], people).score + 3);
  });
});

describe("wordErrorRate and characterErrorRate", () => {
  const { references: spoken, hypotheses: heard, wer, cer, counts } = data.errorRates;

  it("equal jiwer's", () => {
    const got = wordErrorRate(spoken, heard);
    expectClose(got.rate, wer);
    expect([got.hits, got.substitutions, got.deletions, got.insertions]).toEqual(counts);
    expectClose(characterErrorRate(spoken, heard).rate, cer);
  });

  it("have a documented value for empty references", () => {
    expect(wordErrorRate("a b", "a c")).toEqual(wordErrorRate(["a b"], ["a c"]));
    expect(characterErrorRate("hello", "hallo").rate).toBe(0.2);
    expect(wordErrorRate([""], [""]).rate).toBe(0);
    expect(wordErrorRate([""], ["a"]).rate).toBeNaN();
    expect(wordErrorRate(["a"], [""]).rate).toBe(1);
  });

  it("say what is wrong", () => {
    expect(() => wordErrorRate(["a"], [undefined as never])).toThrow(
      new TypeError("wordErrorRate: hypotheses[0] must be a text, got undefined."),
    );
    expect(() => wordErrorRate([], [])).toThrow(
      new RangeError("wordErrorRate: references must hold at least one item, got 0."),
    );
    expect(() => characterErrorRate(["a"], [])).toThrow(
      new RangeError("characterErrorRate: references has 1 items and hypotheses 0."),
    );
  });
});

const words = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });

describe("editDistance and editCounts", () => {
  it("agree with each other, with their lengths, and whichever comes first", () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const { hits, substitutions, deletions, insertions } = editCounts(a, b);
        const distance = editDistance(a, b);
        expect(substitutions + deletions + insertions).toBe(distance);
        expect(hits + substitutions + deletions).toBe(a.length);
        expect(hits + substitutions + insertions).toBe(b.length);
        expect(editDistance(b, a)).toBe(distance);
        expect(distance).toBe(recursive(a, b));
      }),
      { numRuns: 40 },
    );
  });

  it("never go round a corner", () => {
    fc.assert(
      fc.property(words, words, words, (a, b, c) => {
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
      }),
    );
  });

  it("compare strings by code point", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("😀a", "😁a")).toBe(1);
  });
});

/** The definition itself, with a table so that it ends. */
function recursive(a: string[], b: string[]): number {
  const table = new Map<string, number>();
  const at = (i: number, j: number): number => {
    if (i === 0 || j === 0) return i + j;
    const key = `${i},${j}`;
    const known = table.get(key);
    if (known !== undefined) return known;
    const value = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
    table.set(key, value);
    return value;
  };
  return at(a.length, b.length);
}

describe("errorRateAccumulator and bleuAccumulator", () => {
  it("equal the figures over all sentences, however they are parted", () => {
    const { references: spoken, hypotheses: heard } = data.errorRates;
    const split = (text: string) => text.split(/\s+/).filter(Boolean);
    const parts = [errorRateAccumulator(), errorRateAccumulator()];
    spoken.forEach((s: string, i: number) => {
      parts[i % 2].add(split(s), split(heard[i]));
    });
    expect(parts[0].merge(parts[1]).result()).toEqual(wordErrorRate(spoken, heard));

    const sums = [bleuAccumulator(), bleuAccumulator()];
    hypotheses.forEach((h: string, i: number) => {
      sums[i % 2].add(h, references[i]);
    });
    expect(sums[1].merge(sums[0]).result()).toEqual(bleu(hypotheses, references));
    expect(() => sums[0].merge(bleuAccumulator({ maxN: 2 }))).toThrow(
      new RangeError("bleuAccumulator: merge needs the same maxN, got 4 and 2."),
    );
  });
});
