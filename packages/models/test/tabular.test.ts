import { describe, expect, it } from "vitest";
import {
  createModel,
  logisticRegression,
  type Matrix,
  pca,
  pipeline,
  restoreModel,
  type SyncTransformer,
  type Table,
} from "../src/index.js";
import {
  columnTransformer,
  knnImputer,
  oneHotEncoder,
  ordinalEncoder,
  randomOverSampler,
  randomUnderSampler,
  readCsv,
  simpleImputer,
  smote,
  tableToMatrix,
  targetEncoder,
} from "../src/tabular/index.js";
import { expectClose, golden, matrixOf } from "./golden.js";

interface Golden {
  data: Record<string, (number | null)[][]>;
  cases: { kind: string; options: object; data: string; z: number[][] }[];
  words: string[][];
  ordinal: number[][];
  oneHot: number[][];
}
const { data, cases, words, ordinal, oneHot } = golden<Golden>("transformers");

describe.each(cases.map((c) => [c.kind, JSON.stringify(c.options), c] as const))("%s %s", (kind, _, want) => {
  const x = matrixOf(data[want.data]);

  it("gives scikit-learn's numbers, before and after a trip through JSON", async () => {
    const model = (await createModel(kind, { ...want.options })) as SyncTransformer;
    expectClose(model.fit(x).transform(x).data, want.z.flat(), 1e-8);
    const copy = (await restoreModel(JSON.parse(JSON.stringify(model)))) as SyncTransformer;
    expect(copy.transform(x)).toEqual(model.transform(x));
  });
});

const column = (name: string, values: (string | null)[]) => ({ name, type: "text", values }) as const;
const wordTable: Table = {
  rows: words.length,
  columns: [0, 1].map((j) =>
    column(
      `w${j}`,
      words.map((row) => row[j]),
    ),
  ),
};

describe("encoders", () => {
  it("number and spread categories as scikit-learn does", () => {
    expect([...ordinalEncoder().fit(wordTable).transform(wordTable).data]).toEqual(ordinal.flat());
    expect([...oneHotEncoder().fit(wordTable).transform(wordTable).data]).toEqual(oneHot.flat());
  });

  it("name column, row and value of a category they have not seen, or take it as told", () => {
    const odd: Table = { rows: 1, columns: [column("w0", ["pink"]), column("w1", ["red"])] };
    const message = 'column "w0" has "pink" in row 0, which was not there when fitting; set handleUnknown.';
    expect(() => ordinalEncoder().fit(wordTable).transform(odd)).toThrow(new RangeError(`ordinalEncoder: ${message}`));
    expect(() => oneHotEncoder().fit(wordTable).transform(odd)).toThrow(new RangeError(`oneHotEncoder: ${message}`));
    expect(ordinalEncoder({ handleUnknown: "missing" }).fit(wordTable).transform(odd).data[0]).toBeNaN();
    const ignored = oneHotEncoder({ handleUnknown: "ignore" }).fit(wordTable).transform(odd).data;
    expect(ignored.subarray(0, 4)).toEqual(new Float64Array(4));
  });

  it("pass missing cells on", () => {
    const holed: Table = { rows: 3, columns: [column("c", ["b", null, "a"])] };
    expect([...ordinalEncoder().fit(holed).transform(holed).data]).toEqual([1, Number.NaN, 0]);
    expect([...oneHotEncoder().fit(holed).transform(holed).data]).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it("encode by the target without letting a row see its own", () => {
    const n = 400;
    const noise: Table = {
      rows: n,
      columns: [
        column(
          "id",
          Array.from({ length: n }, (_, i) => `id${i}`),
        ),
      ],
    };
    const y = Array.from({ length: n }, (_, i) => (i % 2 ? "b" : "a"));
    const encoder = targetEncoder();
    const seen = encoder.fitTransform?.(noise, y) as Matrix;
    // Every id is unique: what other rows say about it is the overall share.
    expect(Math.max(...seen.data) - Math.min(...seen.data)).toBeLessThan(0.02);
    const known: Table = { rows: 4, columns: [column("c", ["x", "x", "y", "y"])] };
    const fitted = targetEncoder({ smooth: 0, cv: 2 }).fit(known, ["a", "b", "b", "b"]);
    expect([...fitted.transform(known).data]).toEqual([0.5, 0.5, 1, 1]);
  });
});

describe("imputers", () => {
  it("ask for a value in each column", () => {
    const hollow = matrixOf([
      [1, null],
      [2, null],
    ]);
    expect(() => simpleImputer().fit(hollow)).toThrow(
      new RangeError('simpleImputer: column 1 holds no value at all; drop it or use strategy "constant".'),
    );
    expect(() => knnImputer().fit(hollow)).toThrow(
      new RangeError("knnImputer: column 1 holds no value at all; drop it."),
    );
  });
});

describe("pca", () => {
  it("asks for no more components than there can be", () => {
    expect(() => pca({ nComponents: 9 }).fit(matrixOf(data.plain as number[][]))).toThrow(
      new RangeError("pca: nComponents must be a whole number of at most 5 (rows or columns) or below 1, got 9."),
    );
  });
});

describe("columnTransformer", () => {
  const table = readCsv("age,job,income\n30,clerk,10\n,smith,20\n50,,30\n40,clerk,\n");
  const make = () =>
    columnTransformer([
      { columns: "number", transformer: pipeline(simpleImputer(), simpleImputer()) },
      { columns: ["job"], transformer: oneHotEncoder({ handleUnknown: "ignore" }) },
    ]);

  it("sends columns where they belong", async () => {
    const out = await make().fitTransform(table);
    expect([out.rows, out.cols]).toEqual([4, 4]);
    expect([...out.data]).toEqual([30, 10, 1, 0, 40, 20, 0, 1, 50, 30, 0, 0, 40, 20, 1, 0]);
  });

  it("stands in a pipeline, and predicts the same when restored", async () => {
    const model = await pipeline(make(), logisticRegression()).fit(table, ["a", "b", "b", "a"]);
    const copy = await restoreModel(JSON.parse(JSON.stringify(await model.toJSON())));
    expect(await (copy as typeof model).predictProba(table)).toEqual(await model.predictProba(table));
  });

  it("is made from a recipe", async () => {
    const parts = [{ columns: ["job"], transformer: { kind: "ordinalEncoder" } }, { columns: ["age"] }];
    const model = (await createModel("columnTransformer", { parts })) as ReturnType<typeof make>;
    expect([...(await model.fitTransform(table)).data]).toEqual([0, 30, 1, Number.NaN, Number.NaN, 50, 0, 40]);
  });

  it("names a column that is missing", async () => {
    const model = columnTransformer([{ columns: ["agee"] }]);
    await expect(model.fit(table)).rejects.toThrow(
      new RangeError('columnTransformer: there is no column "agee"; did you mean "age"?'),
    );
  });
});

describe("readCsv", () => {
  it("finds types, missing cells and quotes", () => {
    const { columns, rows } = readCsv('\uFEFFa;b;"c ""d"""\n1;x;"two\nlines"\n?;NA;"a;b"\r\n2.5e3;y;\n');
    expect(rows).toBe(3);
    expect(columns).toEqual([
      { name: "a", type: "number", values: Float64Array.of(1, Number.NaN, 2500) },
      column("b", ["x", null, "y"]),
      column('c "d"', ["two\nlines", "a;b", null]),
    ]);
  });

  it("reads blank-separated files without a header", () => {
    const { columns } = readCsv("A11 6  x\nA12 48 y\n", { header: false, separator: " " });
    expect(columns.map((c) => c.name)).toEqual(["column1", "column2", "column3"]);
    expect(columns[1]).toEqual({ name: "column2", type: "number", values: Float64Array.of(6, 48) });
  });

  it("keeps an empty last cell", () => {
    expect(readCsv("a,b\n1,\n2,3").columns[1]).toEqual({
      name: "b",
      type: "number",
      values: Float64Array.of(Number.NaN, 3),
    });
    expect(readCsv("a,b\n1,2\n3,").rows).toBe(2);
  });

  it("names the line that is wrong", () => {
    expect(() => readCsv("a,b,c\n1,2,3\n4,5\n")).toThrow(
      new RangeError("readCsv: line 3 has 2 cells, 3 were expected (a, b, c …)."),
    );
    expect(() => readCsv('a,b\n"x,1\n')).toThrow(new RangeError("readCsv: a quote opened in line 2 is never closed."));
    expect(() => readCsv("")).toThrow(new RangeError("readCsv: the text holds no rows."));
  });

  it("names the name that two columns bear, as a first line of data often has it", () => {
    const message = 'readCsv: two columns are called "4"; if that line holds data, put a line of names before it.';
    expect(() => readCsv("4,x, 4\n1,2,3\n")).toThrow(new RangeError(message));
    expect(() => readCsv("1,2\n", { header: false, names: ["a", "a"] })).toThrow(
      new RangeError('readCsv: two columns are called "a".'),
    );
  });

  it("keeps text out of matrices", () => {
    expect(() => tableToMatrix(readCsv("a\nx\n"))).toThrow(
      new TypeError('tableToMatrix: column "a" holds text; encode it first.'),
    );
  });
});

describe("resamplers", () => {
  const rows = Array.from({ length: 50 }, (_, i) => (i < 40 ? [i, i % 3] : [100 + i, 5]));
  const x = matrixOf(rows);
  const y = rows.map((_, i) => (i < 40 ? "many" : "few"));
  const count = (labels: readonly string[], label: string) => labels.filter((l) => l === label).length;

  it.each(["regular", "borderline", "adasyn"] as const)(
    "smote %s evens the classes, on lines between neighbours",
    (variant) => {
      const out = smote({ variant, seed: 3 }).fitResample(x, y);
      expect([count(out.y, "many"), count(out.y, "few")]).toEqual([40, 40]);
      expect(out.x.data.subarray(0, 100)).toEqual(x.data);
      for (let i = 50; i < out.x.rows; i++) {
        expect(out.x.data[2 * i]).toBeGreaterThanOrEqual(140);
        expect(out.x.data[2 * i]).toBeLessThanOrEqual(149);
        expect(out.x.data[2 * i + 1]).toBe(5);
      }
      expect(smote({ variant, seed: 3 }).fitResample(x, y)).toEqual(out);
    },
  );

  it("smote keeps categories whole", () => {
    const mixed = matrixOf(rows.map(([a], i) => [a, i % 3]));
    const out = smote({ categoricalFeatures: [1] }).fitResample(mixed, y);
    for (let i = 0; i < out.x.rows; i++) expect([0, 1, 2]).toContain(out.x.data[2 * i + 1]);
  });

  it("over- and undersample by repeating and dropping rows", () => {
    const over = randomOverSampler({ ratio: 0.5 }).fitResample(x, y);
    expect([count(over.y, "many"), count(over.y, "few")]).toEqual([40, 20]);
    const under = randomUnderSampler().fitResample(x, y);
    expect([count(under.y, "many"), count(under.y, "few")]).toEqual([10, 10]);
  });

  it("act while fitting alone: held-out rows are never made up", async () => {
    const model = await pipeline(smote(), logisticRegression()).fit(x, y);
    expect((await model.predict(x)).length).toBe(50);
    const copy = await restoreModel(await model.getState());
    expect((copy as typeof model).steps.map((s) => s.kind)).toEqual(["logisticRegression"]);
  });

  it("need two samples to draw a line", () => {
    expect(() => smote().fitResample(matrixOf([[1], [2], [3]]), ["a", "a", "b"])).toThrow(
      new RangeError('smote: class "b" has 1 sample; two are needed to draw a line.'),
    );
  });
});
