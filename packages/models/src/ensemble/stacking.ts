import { countSamples, isMatrix, requirePairs } from "../core/features.js";
import { classOfMax, encodeClasses } from "../core/labels.js";
import { aSwitch, aWhole, readOptions } from "../core/options.js";
import { notFitted, readState } from "../core/state.js";
import type { Classifier, Features, FitOptions, Matrix, ModelKind, ModelState } from "../core/types.js";
import { stratifiedFolds } from "../selection/split.js";
import { asClassifier, cannotRefit, type MakeClassifier, makerOf } from "./makers.js";
import { fitFirstLevel } from "./stackingLevel.js";

/** Options of {@link stacking}. */
export interface StackingOptions {
  /** The first level: each is called cv + 1 times. */
  estimators: readonly MakeClassifier[];
  /** Learns from the first level's probabilities for samples they were not trained on. */
  final: MakeClassifier;
  /** Parts for those probabilities (default 5), stratified; groups of `fit`'s options stay whole. */
  cv?: number;
  /** The final classifier sees the features, too (default false). */
  passthrough?: boolean;
  /** Of the parts (default 0). */
  seed?: number;
}

/** Classifiers whose probabilities another classifier weighs. */
export interface Stacking extends Classifier {
  fit(x: Features, y: readonly string[], options?: FitOptions): Promise<this>;
  predictProba(x: Features): Promise<Matrix>;
  predict(x: Features): Promise<string[]>;
  readonly estimators: readonly Classifier[];
  readonly final: Classifier;
  getState(): Promise<ModelState>;
}

interface Fitted {
  classes: readonly string[];
  estimators: Classifier[];
  final: Classifier;
}

/**
 * Stacked generalisation: a final classifier learns from probabilities that the first level gives for samples held out of its training.
 *
 * Of two classes the probability of the second is used, else those of all.
 *
 * @throws RangeError for one class, fewer than two parts; TypeError for passthrough with features that are no matrix
 * Source: Wolpert 1992; the scheme of scikit-learn's `StackingClassifier`.
 */
export function stacking({ estimators, final, ...rest }: StackingOptions): Stacking {
  return build(estimators, final, rest);
}

function build(make: readonly MakeClassifier[], makeFinal: MakeClassifier, given: object, restored?: Fitted): Stacking {
  const kind = "stacking";
  const { cv, passthrough, seed } = readOptions(kind, given, {
    cv: aWhole(5, { min: 2 }),
    passthrough: aSwitch(false),
    seed: aWhole(0),
  });
  if (make.length === 0) throw new RangeError("stacking: at least one estimator is needed, got 0.");
  let fitted = restored;
  const need = (fn: string): Fitted => {
    if (!fitted) throw notFitted(kind, fn);
    return fitted;
  };
  const level = async (models: readonly Classifier[], x: Features, k: number): Promise<Matrix> => {
    const parts: Matrix[] = [];
    for (const model of models) parts.push(await model.predictProba(x));
    return joinProbabilities(parts, k, passthrough ? x : undefined);
  };
  return {
    kind,
    get classes() {
      return fitted?.classes ?? [];
    },
    get estimators() {
      return need("estimators").estimators;
    },
    get final() {
      return need("final").final;
    },
    async fit(x, y, options = {}) {
      requirePairs(kind, countSamples(x), y.length);
      const { classes, codes } = encodeClasses(kind, y);
      const k = classes.length;
      const { signal, sampleWeight, groups } = options;
      const folds = stratifiedFolds(codes, k, cv, seed, groups);
      const { parts, estimators } = await fitFirstLevel(make, x, y, { classes, folds, options });
      const final = await makeFinal();
      const seen = joinProbabilities(parts, k, passthrough ? x : undefined);
      await final.fit(seen, y, { signal, ...(sampleWeight && { sampleWeight }) });
      fitted = { classes, estimators, final };
      return this;
    },
    async predictProba(x) {
      const { classes, estimators, final } = need("predictProba");
      return final.predictProba(await level(estimators, x, classes.length));
    },
    async predict(x) {
      return classOfMax(await this.predictProba(x), need("predict").classes);
    },
    async getState() {
      const { classes, estimators, final } = need("getState");
      const states: ModelState[] = [];
      for (const model of estimators) states.push(await model.getState());
      return { kind, options: { cv, passthrough, seed }, classes, estimators: states, final: await final.getState() };
    },
    toJSON() {
      const { classes, estimators, final } = need("toJSON");
      const states = estimators.map((model) => model.toJSON());
      return { kind, options: { cv, passthrough, seed }, classes, estimators: states, final: final.toJSON() };
    },
    dispose() {
      for (const model of fitted ? [...fitted.estimators, fitted.final] : []) model.dispose();
    },
  };
}

function joinProbabilities(parts: readonly Matrix[], k: number, x: Features | undefined): Matrix {
  if (x && !isMatrix(x)) throw new TypeError("stacking: passthrough needs a matrix of features.");
  const width = k === 2 ? 1 : k;
  const rows = parts[0].rows;
  const cols = parts.length * width + (x ? x.cols : 0);
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) {
    for (const [m, part] of parts.entries()) {
      for (let c = 0; c < width; c++) data[i * cols + m * width + c] = part.data[i * k + (k === 2 ? 1 : c)];
    }
    if (x) data.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), i * cols + parts.length * width);
  }
  return { data, rows, cols };
}

export const stackingKind: ModelKind = {
  async create({ estimators, final, ...rest }, factory) {
    const makers: MakeClassifier[] = [];
    for (const spec of Array.isArray(estimators) ? estimators : [])
      makers.push(await makerOf("stacking", spec, factory));
    const makeFinal = await makerOf("stacking", final ?? { kind: "logisticRegression" }, factory);
    return build(makers, makeFinal, rest);
  },
  async restore(state, factory) {
    const read = readState(state);
    const estimators: Classifier[] = [];
    for (const own of read.states("estimators")) estimators.push(asClassifier("stacking", await factory.restore(own)));
    const final = asClassifier("stacking", await factory.restore(state.final as unknown as ModelState));
    const refit = cannotRefit("stacking");
    return build(
      estimators.map(() => refit),
      refit,
      read.options(),
      { classes: read.texts("classes"), estimators, final },
    );
  },
};
