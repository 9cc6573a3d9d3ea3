import { describeFeatures, isMatrix, requireCols, requireMatrix } from "../core/features.js";
import { aNumber, maybe, readOptions } from "../core/options.js";
import { isStateTensor, notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Classifier, Features, FitOptions, Matrix, ModelKind, ModelState, Transformer } from "../core/types.js";
import { type MakeClassifier, makerOf } from "../ensemble/makers.js";
import { logisticRegression } from "../linear/logisticRegression.js";

/** Options of {@link rfe}. */
export interface RfeOptions {
  /** Judges the columns by its coefficients or importances (default: logistic regression). */
  estimator?: MakeClassifier;
  /** Columns left at the end: a number, or below 1 a share (default: half). */
  nFeatures?: number;
  /** Columns dropped at a time: a number, or below 1 a share of all (default 1). */
  step?: number;
}

/** Keeps the columns that were dropped last. */
export interface Rfe extends Transformer<Matrix, Matrix> {
  fit(x: Matrix, y?: readonly string[], options?: FitOptions): Promise<this>;
  transform(x: Matrix): Matrix;
  /** 1 for the columns kept, 2 for those dropped last, and so on. */
  readonly ranking: Int32Array;
  getState(): ModelState;
}

/**
 * Recursive feature elimination: fits a classifier, drops the columns it relies on least, and again until few enough are left.
 *
 * @throws RangeError without classes, or for an estimator that neither has coefficients nor importances; Error for transforming before fit
 * Equals scikit-learn 1.9 `RFE` on the golden sets. Source: Guyon et al. 2002.
 */
export function rfe({ estimator = () => logisticRegression(), ...rest }: RfeOptions = {}): Rfe {
  return build(estimator, rest);
}

function build(make: MakeClassifier, given: object, restored?: Int32Array): Rfe {
  const kind = "rfe";
  const options = readOptions(kind, given, {
    nFeatures: maybe(aNumber(1, { above: 0 })),
    step: aNumber(1, { above: 0 }),
  });
  let ranking = restored;
  const need = (fn: string): Int32Array => {
    if (!ranking) throw notFitted(kind, fn);
    return ranking;
  };
  const count = (n: number, cols: number): number => Math.max(1, n < 1 ? Math.floor(n * cols) : Math.round(n));
  return {
    kind,
    get ranking() {
      return need("ranking");
    },
    async fit(x, y, { signal } = {}) {
      if (!isMatrix(x as Features)) throw new TypeError(`${kind}: x must be a matrix, got ${describeFeatures(x)}.`);
      requireMatrix(kind, x);
      if (!y) throw new RangeError(`${kind}: the classes of the samples are needed.`);
      const wanted = Math.min(
        x.cols,
        options.nFeatures === undefined ? Math.max(1, x.cols >> 1) : count(options.nFeatures, x.cols),
      );
      const step = count(options.step, x.cols);
      let left = Array.from({ length: x.cols }, (_, j) => j);
      const rank = new Int32Array(x.cols).fill(1);
      while (left.length > wanted) {
        signal?.throwIfAborted();
        const model = await make();
        await model.fit(columnsOf(x, left), y, { signal });
        const worth = await worthOf(model, left.length);
        model.dispose();
        const order = left.map((_, s) => s).sort((a, b) => worth[a] - worth[b] || a - b);
        const dropped = new Set(order.slice(0, Math.min(step, left.length - wanted)));
        left = left.filter((_, s) => !dropped.has(s));
        for (let j = 0; j < x.cols; j++) if (!left.includes(j)) rank[j]++;
      }
      ranking = rank;
      return this;
    },
    transform(x) {
      const rank = need("transform");
      requireCols(kind, rank.length, requireMatrix(kind, x).cols);
      return columnsOf(
        x,
        Array.from(rank.keys()).filter((j) => rank[j] === 1),
      );
    },
    getState: () => ({ kind, options: JSON.parse(JSON.stringify(options)), ranking: tensor(need("getState")) }),
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

function columnsOf(x: Matrix, columns: readonly number[]): Matrix {
  const cols = columns.length;
  const data = new Float64Array(x.rows * cols);
  for (let i = 0; i < x.rows; i++) for (let j = 0; j < cols; j++) data[i * cols + j] = x.data[i * x.cols + columns[j]];
  return { data, rows: x.rows, cols };
}

/** Squared coefficients, summed over the classes, or importances of each column. */
async function worthOf(model: Classifier, cols: number): Promise<Float64Array> {
  if ("featureImportances" in model) return model.featureImportances as Float64Array;
  const state = await model.getState();
  const learned = state.learned as { coef?: unknown } | undefined;
  const coef = [state.coef, learned?.coef].find(isStateTensor);
  if (!coef) {
    throw new RangeError(
      `rfe: ${model.kind} has neither coefficients nor importances; take a linear model or a forest.`,
    );
  }
  const out = new Float64Array(cols);
  for (let i = 0; i < coef.data.length; i++) out[i % cols] += coef.data[i] ** 2;
  return out;
}

export const rfeKind: ModelKind = {
  async create({ estimator = { kind: "logisticRegression" }, ...rest }, factory) {
    return build(await makerOf("rfe", estimator, factory), rest);
  },
  restore(state) {
    const read = readState(state);
    return build(() => logisticRegression(), read.options(), read.int32("ranking", [-1]));
  },
};
