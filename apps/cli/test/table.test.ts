import { describe, expect, it } from "vitest";
import { recipeSchema } from "../src/recipe/schema.js";
import { costCurve, costOfThresholds, creditCurves, groupFigures, rejectCurve } from "../src/table/creditCurves.js";
import { describeResampling } from "../src/table/describeResampling.js";

const truth = [1, 1, 0, 1, 0, 0, 0, 0];
const scores = [0.9, 0.8, 0.7, 0.6, 0.6, 0.3, 0.2, 0.1];

describe("creditCurves", () => {
  const curves = creditCurves(truth, scores);

  it("ranks as counting pairs does, ties half", () => {
    let won = 0;
    for (const [i, a] of truth.entries())
      for (const [j, b] of truth.entries())
        if (a === 1 && b === 0) won += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    expect(curves.auc).toBeCloseTo(won / 15, 12);
    expect(curves.gini).toBeCloseTo(2 * curves.auc - 1, 12);
  });

  it("finds the largest gap between both classes", () => {
    expect(curves.ks.value).toBeCloseTo(2 / 3, 12);
    expect(curves.ks.threshold).toBe(0.8);
    expect(curves.rate).toBe(3 / 8);
  });

  it("refuses a single class", () => {
    expect(() => creditCurves([1, 1], [0.1, 0.2])).toThrow(
      new RangeError("creditCurves: both classes are needed, 2 of 2 are 1."),
    );
  });

  it("prices thresholds: a missed one five times as much", () => {
    const { cost, best, acceptAll, refuseAll } = costOfThresholds(curves, 5);
    expect(acceptAll).toBeCloseTo(15 / 8, 12);
    expect(refuseAll).toBeCloseTo(5 / 8, 12);
    expect(cost[0]).toBeCloseTo(acceptAll, 12);
    expect(cost[cost.length - 1]).toBeCloseTo(refuseAll, 12);
    expect(best).toEqual({ threshold: 0.6, cost: expect.closeTo(2 / 8, 12) });
  });

  it("has a cost curve below both trivial answers, and no bad loan left at the end of its reject curve", () => {
    const { x, y } = costCurve(curves, 11);
    for (const [i, share] of x.entries()) expect(y[i]).toBeLessThanOrEqual(Math.min(share, 1 - share) + 1e-12);
    const reject = rejectCurve(curves);
    expect(reject.y[0]).toBeCloseTo(3 / 8, 12);
    expect(reject.y[reject.y.length - 1]).toBe(0);
  });
});

describe("groupFigures", () => {
  it("tells refusals and errors of each group, and no ranking where a class is missing", () => {
    const groups = ["a", "a", "a", "b", "b", "b", undefined, "c"];
    const [a, b, c] = groupFigures(truth, scores, groups, 0.65);
    expect(a).toEqual({
      group: "a",
      n: 3,
      rate: 2 / 3,
      expected: expect.closeTo(0.8, 12),
      refused: 1,
      wrongly: 1,
      missed: 0,
      auc: 1,
    });
    expect(b).toMatchObject({ refused: 0, wrongly: 0, missed: 1 });
    expect(c).toEqual({ group: "c", n: 1, rate: 0, expected: 0.1, refused: 0, wrongly: 0 });
  });
});

describe("describeResampling", () => {
  it("tells what over-sampling and leaving out duplicates do to all rows", () => {
    const recipe = recipeSchema.parse({
      title: "t",
      data: { kind: "table" },
      preprocess: [{ kind: "dropDuplicates" }, { kind: "standardScaler" }],
      model: {
        kind: "stacking",
        estimators: [{ kind: "pipeline", steps: [{ kind: "smote", ratio: 0.5 }, { kind: "randomForest" }] }],
      },
    });
    const counts = [
      { value: "paid", count: 80 },
      { value: "default", count: 20 },
    ];
    expect(describeResampling(recipe, { target: { name: "y", counts }, duplicateRows: 3 })).toEqual([
      {
        kind: "dropDuplicates",
        options: "",
        learned: "3 of all rows equal an earlier one; left out of training, judged all the same",
        depth: 0,
      },
      {
        kind: "smote, before randomForest",
        options: "ratio 0.5",
        learned: "of all rows, paid 80, default 20 → 40",
        depth: 0,
      },
    ]);
  });
});
