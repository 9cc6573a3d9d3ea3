import { describe, expect, it } from "vitest";
import { createModel, restoreModel, takeColumns } from "../src/index.js";

const x = { data: Float32Array.from({ length: 12 }, (_, i) => i), rows: 2, cols: 6 };

describe("takeColumns", () => {
  it("takes a range of columns, all by default", () => {
    expect(takeColumns({ from: 1, to: 3 }).fit(x).transform(x)).toEqual({
      data: Float32Array.of(1, 2, 7, 8),
      rows: 2,
      cols: 2,
    });
    expect(takeColumns().fit(x).transform(x)).toEqual(x);
  });

  it("arranges a sample's columns as steps and features, and does so again when restored", async () => {
    const taken = takeColumns({ from: 2, shape: [2, 2] }).fit(x);
    const wanted = { data: Float32Array.of(2, 3, 4, 5, 8, 9, 10, 11), shape: [2, 2, 2] };
    expect(taken.transform(x)).toEqual(wanted);
    const again = (await restoreModel(taken.getState())) as typeof taken;
    expect(again.transform(x)).toEqual(wanted);
  });

  it("lets the models of a vote see parts of their own", async () => {
    const part = (from: number, to: number) => ({
      kind: "pipeline",
      steps: [{ kind: "takeColumns", from, to }, { kind: "logisticRegression" }],
    });
    const vote = (await createModel("voting", { estimators: [part(0, 2), part(2, 6)] })) as unknown as {
      fit(x: unknown, y: string[]): Promise<void>;
      predict(x: unknown): Promise<string[]>;
    };
    await vote.fit(x, ["a", "b"]);
    expect(await vote.predict(x)).toEqual(["a", "b"]);
  });

  it("refuses a range that is none, and a shape that does not hold it", () => {
    expect(() => takeColumns({ from: 4, to: 9 }).fit(x)).toThrow(
      new RangeError("takeColumns: from 4 to 9 is no range of the 6 columns."),
    );
    expect(() => takeColumns({ shape: [4, 2] }).fit(x)).toThrow(
      new RangeError("takeColumns: 6 columns cannot be arranged as [4,2]."),
    );
  });
});
