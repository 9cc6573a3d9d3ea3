import { gaussianNaiveBayes, logisticRegression, naiveBayes, pipeline, standardScaler } from "@earshot/models";
import { countVectorizer, tfidfVectorizer } from "@earshot/models/text";
import { describe, expect, it } from "vitest";
import { decidingWords, wordsFigure } from "../src/report/words.js";

const texts = ["good film", "bad film", "good plot", "bad plot", "good", "bad"];
const y = ["pos", "neg", "pos", "neg", "pos", "neg"];

describe("decidingWords", () => {
  it("tells the words with the largest weights of a linear model of texts", async () => {
    const model = await pipeline(tfidfVectorizer(), logisticRegression()).fit(texts, y);
    const found = decidingWords(model);
    expect(found?.label).toBe("pos");
    expect(found?.words.slice(0, 2).map(({ ngram, weight }) => [ngram, Math.sign(weight)])).toEqual([
      ["bad", -1],
      ["good", 1],
    ]);
    if (found) expect(JSON.stringify(wordsFigure(found).spec("light"))).toContain('Weight for \\"pos\\"');
  });

  it("has nothing to tell of models without weights, or without words", async () => {
    expect(decidingWords(await pipeline(countVectorizer(), naiveBayes()).fit(texts, y))).toBeUndefined();
    expect(decidingWords(pipeline(standardScaler(), logisticRegression()))).toBeUndefined();
    expect(decidingWords(gaussianNaiveBayes())).toBeUndefined();
  });
});
