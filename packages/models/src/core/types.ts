/** A value, or a promise of it: `await` works on both. */
export type Awaitable<T> = T | Promise<T>;

/** Row-major numbers, a row a sample. Structural, so that no package owns it. */
export interface Matrix {
  data: Float32Array | Float64Array;
  rows: number;
  cols: number;
}

/** Compressed sparse rows: row i holds `values[k]` in column `indices[k]` for k in [indptr[i], indptr[i + 1]), columns rising. */
export interface SparseMatrix {
  indptr: Int32Array;
  indices: Int32Array;
  values: Float32Array | Float64Array;
  rows: number;
  cols: number;
}

/** Numbers of any rank, row-major; as input of a model the first axis counts the samples. */
export interface Tensor {
  data: Float32Array;
  shape: number[];
}

/** One named column of a table: numbers (NaN is missing) or text (null is missing). */
export type Column =
  | { name: string; type: "number"; values: Float32Array | Float64Array }
  | { name: string; type: "text"; values: readonly (string | null)[] };

/** Typed columns of equal length. */
export interface Table {
  columns: readonly Column[];
  rows: number;
}

/** What models eat: numbers, sparse numbers, batches of tensors, texts or tables. Each model says which. */
export type Features = Matrix | SparseMatrix | Tensor | Table | readonly string[];

/** What a training loop tells after each epoch, round or tree. */
export interface EpochLog {
  /** Counted from 1. */
  epoch: number;
  /** Epochs there will be at most. */
  epochs: number;
  /** Measured in this epoch: `loss`, `accuracy`, `valLoss`, `valAccuracy`, `learningRate` … */
  [metric: string]: number;
}

/** Options every `fit` takes; a model without epochs, validation or threads ignores those. */
export interface FitOptions {
  /** Ends the fit early: it rejects with the signal's reason and the model stays as it was before. */
  signal?: AbortSignal;
  /** Called after each epoch, and awaited; "stop" ends the fit there. */
  onEpoch?: (log: EpochLog) => Awaitable<unknown>;
  /** Held-out samples for early stopping and the log; never trained on. */
  validation?: { x: Features; y: readonly string[] };
  /** Workers at most; the result does not depend on it. */
  threads?: number;
  /** Weight of each sample, ≥ 0 (default 1 each). */
  sampleWeight?: ArrayLike<number>;
  /** Groups that must not straddle an internal split (speaker, customer), one a sample. */
  groups?: readonly string[];
  /**
   * The training samples of an epoch, counted from 1: as many, of the same kind, in the same order, but changed anew. Asked for the
   * next epoch while one trains, so that workers can make them meanwhile; it must give the same for the same epoch. Models without
   * epochs ignore it.
   */
  refresh?: (epoch: number) => Awaitable<Features>;
  /** Called as training moves on, between epochs as well: epochs done, parts of one included, and the loss so far in this one. */
  onStep?: (done: number, loss: number) => void;
  /** Gets everything that the next epoch depends on, after each epoch; awaited. Store it as a state (`packState`, `stateToJson`). */
  onCheckpoint?: (checkpoint: ModelState) => Awaitable<void>;
  /** Goes on from a checkpoint: the end is the same, bit for bit, as without the interruption. Data and options must be the same; epochs may be more. */
  resume?: ModelState;
  /**
   * State of a fitted model of the same layers: its weights are what the fit begins with, those of the output where the classes are the same.
   * Fine-tuning in stages: fit, and fit again from its state with other `rates`. Models without epochs ignore it.
   */
  start?: ModelState;
}

/** Numbers of a state that are stored as they are; the others stay readable JSON. */
export interface StateTensor {
  data: Float32Array | Float64Array | Int32Array | Uint8Array | Uint16Array | Uint32Array;
  shape: number[];
}

/** JSON with tensors as leaves. Numbers in it must be finite: NaN and ±∞ belong into tensors. */
export type StateValue =
  | null
  | boolean
  | number
  | string
  | StateTensor
  | readonly StateValue[]
  | { readonly [key: string]: StateValue };

/** What a fitted model is: enough to predict the same on another machine. Nothing in it is code. */
export interface ModelState {
  /** Key of the registry of kinds. */
  readonly kind: string;
  readonly [key: string]: StateValue;
}

/** What every estimator has in common. */
export interface Estimator {
  /** Name in recipes, model folders and errors: `svc`, `pipeline`, `neuralClassifier` … */
  readonly kind: string;
  /**
   * What was learned, with large arrays as tensors; `restoreModel` takes it back. Model folders store it.
   * @throws Error before `fit`
   */
  getState(): Awaitable<ModelState>;
  /**
   * The same as plain JSON (tensors become `{ dtype, shape, data: number[] }`), which `restoreModel` takes as well.
   * @throws Error before `fit`
   */
  toJSON(): unknown;
  /** Frees what the garbage collector cannot (tensors, workers). Calling it twice is fine. */
  dispose(): void;
}

/** A model that names the class of each sample. */
export interface Classifier<X = Features> extends Estimator {
  /** In the order of the columns of `predictProba`: sorted by code unit. Empty before `fit`. */
  readonly classes: readonly string[];
  /** Learns, forgetting earlier fits; returns itself. */
  fit(x: X, y: readonly string[], options?: FitOptions): Awaitable<this>;
  /** samples × classes; each row sums to 1. */
  predictProba(x: X): Awaitable<Matrix>;
  /** The class of each sample. */
  predict(x: X): Awaitable<string[]>;
}

/** A model that gives each sample a number. */
export interface Regressor<X = Features> extends Estimator {
  fit(x: X, y: ArrayLike<number>, options?: FitOptions): Awaitable<this>;
  predict(x: X): Awaitable<Float64Array>;
}

/** A step that changes features: scalers, encoders, vectorisers, selectors. */
export interface Transformer<X = Features, Z = Features> extends Estimator {
  /** Learns from training samples alone; supervised ones (target encoding, selection) need `y`. */
  fit(x: X, y?: readonly string[], options?: FitOptions): Awaitable<this>;
  transform(x: X): Awaitable<Z>;
  /** Both, where that is cheaper than one after the other or differs from it (target encoding); pipelines use it. */
  fitTransform?(x: X, y?: readonly string[], options?: FitOptions): Awaitable<Z>;
  /** Set where steps that differ in an option or two do most of their work alike: models that ask several for the same samples let it be done once. */
  readonly shared?: SharedWork<X, Z>;
}

/** A transformation in two parts, of which others can share the first. */
export interface SharedWork<X = Features, Z = Features> {
  /** Steps of equal keys begin alike. */
  readonly key: string;
  /** @throws Error before `fit`; as `transform` does for samples that it cannot take */
  begin(x: X): unknown;
  /** What `transform` gives for the samples that a step of the same key began with. */
  finish(begun: unknown): Z;
}

/** A step that changes which samples are trained on (over- and under-sampling); it does nothing when predicting. */
export interface Resampler<X = Features> extends Estimator {
  fitResample(x: X, y: readonly string[]): Awaitable<{ x: X; y: string[] }>;
}

/** Options of a model as they come from a recipe. */
export type ModelOptions = { readonly [key: string]: unknown };

/** What composite kinds (pipelines, stacking) need to make their parts. */
export interface ModelFactory {
  /** A fresh model of a kind. */
  create(kind: string, options?: ModelOptions): Promise<Estimator>;
  /** A fitted model from its state. */
  restore(state: ModelState): Promise<Estimator>;
}

/** How the registry makes and restores models of one kind. */
export interface ModelKind {
  create(options: ModelOptions, factory: ModelFactory): Awaitable<Estimator>;
  /** @throws RangeError or TypeError naming the field if the state is not one that `getState` gives */
  restore(state: ModelState, factory: ModelFactory): Awaitable<Estimator>;
}
