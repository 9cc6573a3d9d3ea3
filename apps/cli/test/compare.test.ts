import { describe, expect, it } from "vitest";
import { compareRuns } from "../src/compare/compareRuns.js";
import type { RunContent } from "../src/report/readRun.js";

const ids = ["row1", "row2", "row3", "row4"];
const run = (root: string, named = ids): RunContent =>
  ({
    recipe: { report: { positive: null, replicates: 20 } },
    facts: { data: { kind: "table", title: "a table", root } },
    predictions: {
      ids: named,
      yTrue: ["a", "b", "a", "b"],
      groups: named.map(() => undefined),
      turns: named.map(() => "test"),
      classes: ["a", "b"],
      probabilities: Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.7, 0.3),
    },
  }) as unknown as RunContent;

describe("compareRuns", () => {
  it("takes rows of one number for the same in one table alone, and files of one name anywhere", () => {
    const shared = (a: RunContent, b: RunContent): number => compareRuns([a, b], "accuracy")[0].shared;
    expect(shared(run("here/loans.csv"), run("there/loans.csv"))).toBe(4);
    expect(shared(run("loans.csv"), run("letters.csv"))).toBe(0);
    const files = ids.map((id) => `dog/${id}.wav`);
    expect(shared(run("one", files), run("two", files))).toBe(4);
  });
});
