import { requireCols, requireMatrix, requireNumeric, requirePairs } from "./features.js";
import { sampleWeights } from "./labels.js";
import { type OptionReader, readOptions } from "./options.js";
import { notFitted, readState, stateToJson } from "./state.js";
import type { FitOptions, Matrix, ModelKind, ModelState, Regressor, SparseMatrix, StateValue } from "./types.js";

type Readers = Record<string, OptionReader<unknown>>;
type Options<R extends Readers> = { [K in keyof R]: ReturnType<R[K]> };
type Learned = { readonly [key: string]: StateValue };

/** A regressor whose methods answer at once. */
export interface SyncRegressor<X extends Matrix | SparseMatrix = Matrix> extends Regressor<X> {
  fit(x: X, y: ArrayLike<number>, options?: FitOptions): this;
  predict(x: X): Float64Array;
  getState(): ModelState;
}

export interface RegressorJob<X, R extends Readers> {
  x: X;
  y: Float64Array;
  weights: Float64Array;
  options: Options<R>;
  fit: FitOptions;
}

interface RegressorDefinition<X extends Matrix | SparseMatrix, R extends Readers, L extends Learned> {
  kind: string;
  options: R;
  /** Sparse matrices are welcome, too. */
  sparse?: boolean;
  /** NaN is a value like others. */
  allowNaN?: boolean;
  learn(job: RegressorJob<X, R>): L;
  predict(x: X, learned: L, options: Options<R>): Float64Array;
}

/** The numbers to learn. @throws RangeError naming the first that is not finite */
export function requireTargets(kind: string, y: ArrayLike<number>): Float64Array {
  const targets = Float64Array.from(y);
  const bad = targets.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new RangeError(`${kind}: y must be finite numbers, got ${String(y[bad])} at sample ${bad}.`);
  return targets;
}

/** Makes a regressor and its registry entry from what it learns and how it predicts; what is learned is its state. */
export function defineRegressor<X extends Matrix | SparseMatrix, R extends Readers, L extends Learned>({
  kind,
  options: readers,
  sparse = false,
  allowNaN = false,
  learn,
  predict,
}: RegressorDefinition<X, R, L>) {
  const check = (x: X): X => (sparse ? requireNumeric(kind, x) : requireMatrix(kind, x, { allowNaN })) as X;
  const build = (given: object | undefined, restored?: { cols: number; learned: L }): SyncRegressor<X> => {
    const options = readOptions(kind, given, readers);
    let fitted = restored;
    const need = (fn: string) => {
      if (!fitted) throw notFitted(kind, fn);
      return fitted;
    };
    return {
      kind,
      fit(x, y, fit = {}) {
        fit.signal?.throwIfAborted();
        requirePairs(kind, check(x).rows, y.length);
        const weights = sampleWeights(kind, x.rows, fit.sampleWeight);
        fitted = { cols: x.cols, learned: learn({ x, y: requireTargets(kind, y), weights, options, fit }) };
        return this;
      },
      predict(x) {
        const { cols, learned } = need("predict");
        requireCols(kind, cols, check(x).cols);
        return predict(x, learned, options);
      },
      getState() {
        const { cols, learned } = need("getState");
        return { kind, options: JSON.parse(JSON.stringify(options)), cols, learned };
      },
      toJSON() {
        return stateToJson(this.getState());
      },
      dispose() {},
    };
  };
  const registered: ModelKind = {
    create: (given) => build(given),
    restore(state) {
      const read = readState(state);
      return build(read.options(), { cols: read.number("cols"), learned: read.options("learned") as unknown as L });
    },
  };
  return { build: (given?: object) => build(given), registered };
}
