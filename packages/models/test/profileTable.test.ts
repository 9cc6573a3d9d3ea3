import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Table } from "../src/index.js";
import { correlationMatrix, duplicateRows, profileTable } from "../src/tabular/index.js";

const table: Table = {
  rows: 6,
  columns: [
    { name: "age", type: "number", values: Float64Array.of(20, 30, 40, 50, Number.NaN, 20) },
    { name: "debt", type: "number", values: Float64Array.of(1, 2, 3, 4, 5, 1) },
    { name: "job", type: "text", values: ["clerk", "cook", null, "cook", "clerk", "clerk"] },
  ],
};

describe("profileTable", () => {
  const profile = profileTable(table, { target: "job", bins: 3 });

  it("tells numbers by count, place and spread", () => {
    expect(profile.columns[0]).toEqual({
      name: "age",
      type: "number",
      missing: 1,
      distinct: 4,
      min: 20,
      q25: 20,
      median: 30,
      q75: 40,
      max: 50,
      mean: 32,
      deviation: Math.sqrt(680 / 4),
      skewness: expect.closeTo((144 * -12 * 2 - 8 + 512 + 5832) / 5 / (680 / 5) ** 1.5, 12),
      zeros: 0,
      outliers: 0,
      histogram: { edges: [20, 30, 40, 50], counts: [2, 1, 2] },
    });
  });

  it("tells words by frequency", () => {
    const top = [
      { value: "clerk", count: 3 },
      { value: "cook", count: 2 },
    ];
    expect(profile.columns[2]).toEqual({ name: "job", type: "text", missing: 1, distinct: 2, longest: 5, top });
    expect(profile.target).toEqual({ name: "job", counts: top });
  });

  it("counts missing cells, complete rows and rows that came before", () => {
    expect(profile).toMatchObject({ rows: 6, missingCells: 2, completeRows: 4, duplicateRows: 1 });
    expect(duplicateRows(table)).toEqual([5]);
  });

  it("has no numbers for a column without any, and one step for a column of one value", () => {
    const values = { nothing: Float64Array.of(Number.NaN, Number.NaN), same: Float64Array.of(7, 7) };
    const columns = Object.entries(values).map(([name, v]) => ({ name, type: "number" as const, values: v }));
    const [nothing, same] = profileTable({ rows: 2, columns }).columns;
    expect(nothing).toMatchObject({ missing: 2, distinct: 0, mean: Number.NaN, histogram: { edges: [], counts: [] } });
    expect(same).toMatchObject({ distinct: 1, deviation: 0, histogram: { edges: [7, 7], counts: [2] } });
  });

  it("refuses a target that is not there", () => {
    expect(() => profileTable(table, { target: "income" })).toThrow(
      new RangeError('profileTable: there is no column "income".'),
    );
  });

  it("counts every known cell once in its histogram", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6 }), { minLength: 1 }), (cells) => {
        const values = Float64Array.from(cells);
        const [column] = profileTable({
          rows: values.length,
          columns: [{ name: "a", type: "number", values }],
        }).columns;
        const known = values.filter((v) => !Number.isNaN(v)).length;
        const counted = column.type === "number" ? column.histogram.counts.reduce((a, b) => a + b, 0) : -1;
        return counted === known && column.missing === values.length - known;
      }),
      { seed: 4 },
    );
  });
});

describe("correlationMatrix", () => {
  it("is 1 for columns that rise together, over the rows where both are known", () => {
    const { names, values } = correlationMatrix(table);
    expect(names).toEqual(["age", "debt"]);
    expect([...values.data]).toEqual([1, expect.closeTo(1, 12), expect.closeTo(1, 12), 1]);
  });

  it("is NaN for a column that does not vary", () => {
    const columns = [1, 2].map((v) => ({ name: `${v}`, type: "number" as const, values: Float64Array.of(v, v) }));
    expect([...correlationMatrix({ rows: 2, columns }).values.data].every(Number.isNaN)).toBe(true);
  });
});
