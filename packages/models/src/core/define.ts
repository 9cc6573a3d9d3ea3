import {
  countSamples,
  isSparse,
  isTable,
  isTexts,
  requireCols,
  requireMatrix,
  requireNumeric,
  requirePairs,
} from "./features.js";
import { classOfMax, encodeClasses, sampleWeights } from "./labels.js";
import { type OptionReader, readOptions } from "./options.js";
import { notFitted, readState, stateToJson } from "./state.js";
import type {
  Classifier,
  Features,
  FitOptions,
  Matrix,
  ModelKind,
  ModelState,
  SharedWork,
  SparseMatrix,
  StateValue,
  Transformer,
} from "./types.js";

type Readers = Record<string, OptionReader<unknown>>;
type Options<R extends Readers> = { [K in keyof R]: ReturnType<R[K]> };
type Learned = { readonly [key: string]: StateValue };

/** A classifier whose methods answer at once. */
export interface SyncClassifier<X extends Features = Matrix> extends Classifier<X> {
  fit(x: X, y: readonly string[], options?: FitOptions): this;
  predictProba(x: X): Matrix;
  predict(x: X): string[];
  getState(): ModelState;
}

/** A transformer whose methods answer at once. */
export interface SyncTransformer<X extends Features = Matrix, Z extends Features = Matrix> extends Transformer<X, Z> {
  fit(x: X, y?: readonly string[], options?: FitOptions): this;
  transform(x: X): Z;
  getState(): ModelState;
}

export interface ClassifierJob<X, R extends Readers> {
  x: X;
  /** Class of each sample. */
  codes: Int32Array;
  classes: readonly string[];
  weights: Float64Array;
  options: Options<R>;
  fit: FitOptions;
}

interface ClassifierDefinition<X extends Features, R extends Readers, L extends Learned> {
  kind: string;
  options: R;
  /** Sparse matrices are welcome, too. */
  sparse?: boolean;
  learn(job: ClassifierJob<X, R>): L;
  /** Probabilities, rows × classes. */
  probabilities(x: X, learned: L, options: Options<R>, k: number): Float64Array;
}

/** Makes a classifier and its registry entry from what it learns and how it predicts; what is learned is its state. */
export function defineClassifier<X extends Matrix | SparseMatrix, R extends Readers, L extends Learned>({
  kind,
  options: readers,
  sparse = false,
  learn,
  probabilities,
}: ClassifierDefinition<X, R, L>) {
  interface Fitted {
    classes: readonly string[];
    cols: number;
    learned: L;
  }
  const check = (x: X): X => (sparse ? requireNumeric(kind, x) : requireMatrix(kind, x)) as X;
  const build = (given: object | undefined, restored?: Fitted): SyncClassifier<X> => {
    const options = readOptions(kind, given, readers);
    let fitted = restored;
    const need = (fn: string): Fitted => {
      if (!fitted) throw notFitted(kind, fn);
      return fitted;
    };
    return {
      kind,
      get classes() {
        return fitted?.classes ?? [];
      },
      fit(x, y, fit = {}) {
        fit.signal?.throwIfAborted();
        requirePairs(kind, check(x).rows, y.length);
        const { classes, codes } = encodeClasses(kind, y);
        const weights = sampleWeights(kind, x.rows, fit.sampleWeight);
        fitted = { classes, cols: x.cols, learned: learn({ x, codes, classes, weights, options, fit }) };
        return this;
      },
      predictProba(x) {
        const { classes, cols, learned } = need("predictProba");
        requireCols(kind, cols, check(x).cols);
        return { data: probabilities(x, learned, options, classes.length), rows: x.rows, cols: classes.length };
      },
      predict(x) {
        return classOfMax(this.predictProba(x), need("predict").classes);
      },
      getState() {
        const { classes, cols, learned } = need("getState");
        return { kind, options: plainOptions(options), classes, cols, learned };
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
      const learned = read.options("learned") as unknown as L;
      return build(read.options(), { classes: read.texts("classes"), cols: read.number("cols"), learned });
    },
  };
  return { build: (given?: object) => build(given), registered };
}

interface TransformerDefinition<X extends Features, Z extends Features, R extends Readers, L extends Learned> {
  kind: string;
  options: R;
  /** Guards the input; the default takes finite matrices. */
  check?(x: X): X;
  learn(x: X, options: Options<R>, y: readonly string[] | undefined): L;
  apply(x: X, learned: L, options: Options<R>): Z;
  /** What training samples become, where that differs from `apply`. */
  applyToTraining?(x: X, learned: L, options: Options<R>, y: readonly string[] | undefined): Z;
  /** The two parts of `apply` that others can share; `key` tells their options. */
  share?(options: Options<R>): SharedWork<X, Z>;
}

/** Makes a transformer and its registry entry from what it learns and how it transforms; what is learned is its state. */
export function defineTransformer<X extends Features, Z extends Features, R extends Readers, L extends Learned>(
  definition: TransformerDefinition<X, Z, R, L>,
) {
  const { kind, options: readers, learn, apply, applyToTraining, share } = definition;
  const check = definition.check ?? ((x: X) => requireMatrix(kind, x) as X);
  interface Fitted {
    width: number;
    learned: L;
  }
  const build = (given: object | undefined, restored?: Fitted): SyncTransformer<X, Z> => {
    const options = readOptions(kind, given, readers);
    let fitted = restored;
    const need = (fn: string): Fitted => {
      if (!fitted) throw notFitted(kind, fn);
      return fitted;
    };
    const fit = (x: X, y: readonly string[] | undefined): L => {
      const samples = countSamples(check(x));
      requirePairs(kind, samples, y ? y.length : samples);
      const learned = learn(x, options, y);
      fitted = { width: widthOf(x), learned };
      return learned;
    };
    const requireWidth = (x: X): Fitted => {
      const own = need("transform");
      if (widthOf(check(x)) !== -1 || own.width !== -1) requireCols(kind, own.width, widthOf(x));
      return own;
    };
    const transform = (x: X): Z => apply(x, requireWidth(x).learned, options);
    const work = share?.(options);
    const shared = work && {
      key: `${kind} ${work.key}`,
      begin: (x: X) => {
        requireWidth(x);
        return work.begin(x);
      },
      finish: work.finish,
    };
    return {
      kind,
      fit(x, y) {
        fit(x, y);
        return this;
      },
      transform,
      ...(shared && { shared }),
      ...(applyToTraining && {
        fitTransform: (x: X, y?: readonly string[]) => applyToTraining(x, fit(x, y), options, y),
      }),
      getState() {
        const { width, learned } = need("getState");
        return { kind, options: plainOptions(options), width, learned };
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
      return build(read.options(), { width: read.number("width"), learned: read.options("learned") as unknown as L });
    },
  };
  return { build: (given?: object) => build(given), registered };
}

/** Columns of features; −1 where that is not a number of columns. */
function widthOf(x: Features): number {
  if (isTexts(x)) return -1;
  if (isTable(x)) return x.columns.length;
  return isSparse(x) || "cols" in x ? x.cols : (x.shape[x.shape.length - 1] ?? -1);
}

/** Options as JSON: what is undefined is left out. */
const plainOptions = (options: object): StateValue => JSON.parse(JSON.stringify(options));
