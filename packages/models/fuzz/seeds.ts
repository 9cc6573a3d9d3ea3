import {
  createModel,
  type Features,
  modelKinds,
  packModel,
  packState,
  type Table,
  tensor,
  writeSafetensors,
} from "../src/index.js";
import { joinFolder, joinHeader } from "./containers.js";

const rows = Array.from({ length: 12 }, (_, i) => [
  (i % 3) + 1 + Math.sin(i),
  3 - (i % 3) + Math.cos(7 * i),
  (i * i) % 5,
]);
const x = { data: Float32Array.from(rows.flat()), rows: rows.length, cols: 3 };
const y = rows.map((_, i) => "abc"[i % 3]);
const two = rows.map((_, i) => "ab"[i % 2]);
const numbers = rows.map(([first]) => first);
const texts = rows.map((_, i) => `${"abc"[i % 3]} sound ${i % 2 ? "odd" : "even"}`);
const table: Table = {
  rows: rows.length,
  columns: [
    { name: "number", type: "number", values: Float64Array.from(numbers) },
    { name: "letter", type: "text", values: y },
  ],
};
const frames = { data: Float32Array.from({ length: 12 * 8 }, (_, i) => Math.sin(i * i)), shape: [12, 4, 2] };

/** What a kind needs to be made, and to be fitted on. */
const needs: Record<string, { options?: object; x?: Features; y?: readonly (string | number)[] }> = {
  pipeline: { options: { steps: [{ kind: "standardScaler" }, { kind: "logisticRegression" }] } },
  stacking: { options: { estimators: [{ kind: "gaussianNaiveBayes" }], cv: 2 } },
  voting: { options: { estimators: [{ kind: "gaussianNaiveBayes" }] } },
  calibrated: { options: { estimator: { kind: "gaussianNaiveBayes" }, cv: 2 } },
  bagging: { options: { nEstimators: 2 } },
  adaBoost: { options: { nEstimators: 2 } },
  columnTransformer: { options: { parts: [{ columns: "number" }] }, x: table },
  countVectorizer: { x: texts },
  tfidfVectorizer: { x: texts },
  hashingVectorizer: { x: texts },
  ordinalEncoder: { x: table },
  oneHotEncoder: { x: table },
  targetEncoder: { x: table, y: two },
  naiveBayesWeights: { y: two },
  kMeans: { options: { nClusters: 2 } },
  frameCorrelation: { x: frames },
  ...Object.fromEntries(
    ["randomForest", "extraTrees", "isolationForest", "randomForestRegressor", "extraTreesRegressor"].map((kind) => [
      kind,
      { options: { nEstimators: 2 } },
    ]),
  ),
  histGradientBoosting: { options: { maxIter: 2 } },
  histGradientBoostingRegressor: { options: { maxIter: 2 } },
};
const isNumeric = (kind: string): boolean => /Regressor$|^(linearRegression|ridge|lasso|elasticNet|svr)$/.test(kind);

/** A fitted model of every kind that is made in a moment, as a folder in one piece. */
export async function fittedFolders(): Promise<Uint8Array[]> {
  const folders: Uint8Array[] = [];
  for (const kind of Object.keys(modelKinds)) {
    // Networks take longer to make than all others together; resamplers hold nothing.
    if (/neural|spectrogram|Sampler|smote|Duplicates/.test(kind)) continue;
    const need = needs[kind] ?? {};
    const model = await createModel(kind, { ...need.options });
    const labels = need.y ?? (isNumeric(kind) ? numbers : y);
    await (model as unknown as { fit(x: Features, y: unknown): unknown }).fit(need.x ?? x, labels);
    const files = await packModel(model, { name: kind, data: { name: "made", licence: "CC0" } }).catch(() => undefined);
    if (files) folders.push(joinFolder(compact(files["model.json"]), files["weights.safetensors"]));
    model.dispose();
  }
  return folders;
}

const compact = (json: Uint8Array): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(JSON.parse(new TextDecoder().decode(json))));

/** Safetensors files of every element type, with and without metadata. */
export function tensorFiles(): Uint8Array[] {
  const wide = ["I64", "U64", "F64"].map((dtype) => ({ dtype, bytes: 8 }));
  const narrow = ["F32", "I32", "U32", "F16", "BF16", "I16", "U16", "I8", "U8", "BOOL"];
  const all = [...wide, ...narrow.map((dtype, i) => ({ dtype, bytes: i < 3 ? 4 : i < 7 ? 2 : 1 }))];
  let end = 0;
  const header = Object.fromEntries(
    all.map(({ dtype, bytes }) => {
      const from = end;
      end += 2 * bytes;
      return [dtype, { dtype, shape: [1, 2], data_offsets: [from, end] }];
    }),
  );
  const body = Uint8Array.from({ length: end }, (_, i) => i * 37);
  return [
    joinHeader(JSON.stringify(header), body),
    joinHeader(JSON.stringify({ __metadata__: { format: "pt" }, ...header }), body),
    writeSafetensors({ a: tensor(Float32Array.of(1, 2)), b: tensor(new Float64Array(0), [0, 3]) }),
    joinHeader("{}", new Uint8Array(0)),
  ];
}

/** States as checkpoints hold them. */
export function states(): Uint8Array[] {
  const inner = { kind: "inner", weights: tensor(Float32Array.of(1, 2, 3, 4), [2, 2]), name: "x" };
  return [packState({ kind: "outer", parts: [inner, inner], at: 3, none: null }), packState({ kind: "empty" })];
}
