import { countSamples, isMatrix, requirePairs, selectSamples } from "../core/features.js";
import { classOfMax, encodeClasses } from "../core/labels.js";
import { aNumber, aSwitch, aWhole, readOptions } from "../core/options.js";
import { createRandom, permutation, type Rng } from "../core/random.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Classifier, Features, FitOptions, Matrix, ModelKind, ModelState } from "../core/types.js";
import { decisionTree } from "../tree/decisionTree.js";
import { asClassifier, cannotRefit, type MakeClassifier, makerOf } from "./makers.js";

/** Options of {@link bagging}. */
export interface BaggingOptions {
  /** What is fitted on each draw (default: decision trees). */
  estimator?: MakeClassifier;
  /** Draws (default 10). */
  nEstimators?: number;
  /** Samples of a draw, as a share (default 1). */
  maxSamples?: number;
  /** Columns of a draw, as a share (default 1); below 1 features must be a matrix. */
  maxFeatures?: number;
  /** Draws samples with replacement (default true). */
  bootstrap?: boolean;
  /** Default 0. */
  seed?: number;
}

/** Classifiers fitted on random draws of the samples, whose probabilities are averaged. */
export interface Bagging extends Classifier {
  fit(x: Features, y: readonly string[], options?: FitOptions): Promise<this>;
  predictProba(x: Features): Promise<Matrix>;
  predict(x: Features): Promise<string[]>;
  getState(): Promise<ModelState>;
}

interface Member {
  model: Classifier;
  /** Columns it sees; all of them where undefined. */
  columns?: Int32Array;
}

interface Fitted {
  classes: readonly string[];
  members: Member[];
}

/**
 * Bagging: a classifier for each of some random draws of samples (and columns); a draw that misses a class gives it probability 0.
 *
 * @throws RangeError for one class; TypeError for drawn columns of features that are no matrix; Error for predicting before fit
 * Source: Breiman 1996; Ho 1998 (random subspaces). scikit-learn's `BaggingClassifier` draws other random numbers.
 */
export function bagging({ estimator = () => decisionTree(), ...rest }: BaggingOptions = {}): Bagging {
  return build(estimator, rest);
}

function build(make: MakeClassifier, given: object, restored?: Fitted): Bagging {
  const kind = "bagging";
  const options = readOptions(kind, given, {
    nEstimators: aWhole(10, { min: 1 }),
    maxSamples: aNumber(1, { above: 0, max: 1 }),
    maxFeatures: aNumber(1, { above: 0, max: 1 }),
    bootstrap: aSwitch(true),
    seed: aWhole(0),
  });
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
    async fit(x, y, { signal, sampleWeight, onEpoch, threads } = {}) {
      const n = countSamples(x);
      requirePairs(kind, n, y.length);
      const { classes } = encodeClasses(kind, y);
      const members: Member[] = [];
      for (let m = 0; m < options.nEstimators; m++) {
        signal?.throwIfAborted();
        const rng = createRandom(options.seed, m);
        const wanted = Math.max(1, Math.round(options.maxSamples * n));
        const drawn = (): Int32Array =>
          options.bootstrap
            ? Int32Array.from({ length: wanted }, () => rng.below(n))
            : permutation(n, rng).slice(0, wanted).sort();
        let index = drawn();
        // A draw of one class teaches nothing: another one is taken.
        for (let tries = 0; tries < 100 && index.every((i) => y[i] === y[index[0]]); tries++) index = drawn();
        const columns = options.maxFeatures < 1 ? drawColumns(x, options.maxFeatures, rng) : undefined;
        const model = await make();
        await model.fit(
          selectSamples(pick(x, columns), index),
          Array.from(index, (i) => y[i]),
          { signal, threads, ...(sampleWeight && { sampleWeight: Array.from(index, (i) => sampleWeight[i]) }) },
        );
        members.push({ model, ...(columns && { columns }) });
        await onEpoch?.({ epoch: m + 1, epochs: options.nEstimators });
      }
      fitted = { classes, members };
      return this;
    },
    async predictProba(x) {
      const { classes, members } = need("predictProba");
      const k = classes.length;
      const rows = countSamples(x);
      const out = new Float64Array(rows * k);
      for (const { model, columns } of members) {
        const { data } = await model.predictProba(pick(x, columns));
        const to = model.classes.map((label) => classes.indexOf(label));
        for (let i = 0; i < rows; i++) {
          for (let c = 0; c < to.length; c++) out[i * k + to[c]] += data[i * to.length + c] / members.length;
        }
      }
      return { data: out, rows, cols: k };
    },
    async predict(x) {
      return classOfMax(await this.predictProba(x), need("predict").classes);
    },
    async getState() {
      const { classes, members } = need("getState");
      const states: ModelState[] = [];
      for (const { model } of members) states.push(await model.getState());
      const columns = members.map((m) => (m.columns ? tensor(m.columns) : null));
      return { kind, options, classes, columns, estimators: states };
    },
    toJSON() {
      const { classes, members } = need("toJSON");
      const columns = members.map((m) => (m.columns ? tensor(m.columns) : null));
      const head = stateToJson({ kind, options, classes, columns }) as object;
      return { ...head, estimators: members.map(({ model }) => model.toJSON()) };
    },
    dispose() {
      for (const { model } of fitted?.members ?? []) model.dispose();
    },
  };
}

function drawColumns(x: Features, share: number, rng: Rng): Int32Array {
  if (!isMatrix(x)) throw new TypeError("bagging: maxFeatures below 1 needs a matrix of features.");
  return permutation(x.cols, rng)
    .slice(0, Math.max(1, Math.round(share * x.cols)))
    .sort();
}

/** The chosen columns of a matrix. */
function pick(x: Features, columns: Int32Array | undefined): Features {
  if (!columns) return x;
  if (!isMatrix(x)) throw new TypeError("bagging: maxFeatures below 1 needs a matrix of features.");
  const { data, rows, cols } = x;
  const out = new Float64Array(rows * columns.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns.length; j++) out[i * columns.length + j] = data[i * cols + columns[j]];
  return { data: out, rows, cols: columns.length };
}

export const baggingKind: ModelKind = {
  async create({ estimator = { kind: "decisionTree" }, ...rest }, factory) {
    return build(await makerOf("bagging", estimator, factory), rest);
  },
  async restore(state, factory) {
    const read = readState(state);
    const { columns } = state as unknown as { columns: ({ data: Int32Array } | null)[] };
    const members: Member[] = [];
    for (const [m, own] of read.states("estimators").entries()) {
      const model = asClassifier("bagging", await factory.restore(own));
      members.push({ model, ...(columns[m] && { columns: columns[m].data }) });
    }
    return build(cannotRefit("bagging"), read.options(), { classes: read.texts("classes"), members });
  },
};
