import { describe, expect, it } from "vitest";
import {
  createModel,
  type Matrix,
  minMaxScaler,
  restoreModel,
  robustScaler,
  standardScaler,
  type Transformer,
} from "../src/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

interface Golden {
  x: number[][];
  cases: Record<string, { options: object; z: number[][] }>;
}
const { x: rows, cases } = golden<Golden>("scalers");
const x = matrixOf(rows);
const made = { standardScaler, robustScaler, minMaxScaler };
const kindOf: Record<string, keyof typeof made> = {
  withoutMean: "standardScaler",
  wideRange: "robustScaler",
  otherRange: "minMaxScaler",
};

describe.each(Object.entries(cases))("scaler %s", (name, { options, z }) => {
  const kind = kindOf[name] ?? (name as keyof typeof made);

  it("equals scikit-learn's", () => {
    expectClose(made[kind](options).fit(x).transform(x).data, z.flat(), 1e-11);
  });

  it("comes back to where it started", () => {
    const scaler = made[kind](options).fit(x);
    expectClose(scaler.inverseTransform(scaler.transform(x)).data, rows.flat(), 1e-12);
  });

  it("is made by name and restored from JSON", async () => {
    const scaler = (await createModel(kind, { ...options })) as Transformer<Matrix, Matrix>;
    await scaler.fit(x);
    const copy = (await restoreModel(JSON.parse(JSON.stringify(scaler)))) as Transformer<Matrix, Matrix>;
    expect(await copy.transform(x)).toEqual(await scaler.transform(x));
  });
});

describe("standardScaler", () => {
  it("keeps its digits on columns with a large mean", () => {
    const far = { data: Float32Array.of(2 ** 20, 2 ** 20 + 1), rows: 2, cols: 1 };
    expect([...standardScaler().fit(far).transform(far).data]).toEqual([-1, 1]);
  });

  it("scales the last axis of a tensor", () => {
    const clips = { data: Float32Array.of(1, 10, 3, 30, 1, 10, 3, 30), shape: [2, 2, 2] };
    const { data, shape } = standardScaler().fit(clips).transform(clips);
    expect(shape).toEqual([2, 2, 2]);
    expect([...data]).toEqual([-1, -1, 1, 1, -1, -1, 1, 1]);
  });

  it("keeps float32 as float32, and leaves its input alone", () => {
    const single = { data: Float32Array.of(1, 2, 3), rows: 3, cols: 1 };
    expect(standardScaler().fit(single).transform(single).data).toBeInstanceOf(Float32Array);
    expect([...single.data]).toEqual([1, 2, 3]);
  });

  it("forgets earlier fits", () => {
    const other = { data: Float32Array.of(7, 9), rows: 1, cols: 2 };
    expect(standardScaler().fit(other).fit(x).getState()).toEqual(standardScaler().fit(x).getState());
  });

  it("says what is wrong", () => {
    const nan = { data: Float32Array.of(1, 2, Number.NaN, 4), rows: 2, cols: 2 };
    expect(() => standardScaler().transform(x)).toThrow(new Error("standardScaler: call fit before transform."));
    expect(() =>
      standardScaler()
        .fit(x)
        .transform({ data: new Float32Array(3), rows: 1, cols: 3 }),
    ).toThrow(new RangeError("standardScaler: fitted on 4 columns, got 3."));
    expect(() => standardScaler().fit(nan)).toThrow(
      new RangeError("standardScaler: x must be finite, got NaN at row 1, column 0."),
    );
    expect(() => standardScaler({ withMaen: true } as object)).toThrow(
      new RangeError('standardScaler: unknown option "withMaen"; did you mean "withMean"?'),
    );
    expect(() => robustScaler({ quantileRange: [75, 25] })).toThrow(
      new RangeError("robustScaler: quantileRange must be two rising percentages in [0, 100], got a list."),
    );
  });
});
