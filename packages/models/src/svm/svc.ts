import { requireCols, requireMatrix, requirePairs, selectSamples } from "../core/features.js";
import { classOfMax, classWeights, encodeClasses, sampleWeights } from "../core/labels.js";
import { aNumber, aSwitch, aWhole, either, oneOf, readOptions } from "../core/options.js";
import { notFitted, readState, stateToJson, tensor } from "../core/state.js";
import type { Classifier, FitOptions, Matrix, ModelKind, ModelState } from "../core/types.js";
import { aClassWeight, type ClassWeight } from "../linear/classWeight.js";
import { toProbabilities } from "../linear/linearScores.js";
import { prepareRows } from "./dots.js";
import { type KernelName, type KernelParameters, kernelMatrix, kernelWidth } from "./kernel.js";
import { kernelSource, precomputedSource } from "./kernelSource.js";
import type { Sigmoid } from "./platt.js";
import { pickColumns, requireKernelMatrix } from "./precomputed.js";
import { classScores, fitPairSigmoids, fitTemperature, pairProbabilities } from "./svcProbability.js";
import { decidePairs, type OvoModel, trainOvo } from "./svcTrain.js";

/** Options of {@link svc}. */
export interface SvcOptions {
  /** Price of a violated margin (default 1). */
  c?: number;
  /** Default "rbf"; "precomputed" eats kernel values, samples × training samples. */
  kernel?: KernelName | "precomputed";
  /** Width of the kernel: a number above 0, "scale" (default: 1 / (columns · variance of x)) or "auto" (1 / columns). */
  gamma?: number | "scale" | "auto";
  /** Of the polynomial kernel (default 3). */
  degree?: number;
  /** Of the polynomial and sigmoid kernels (default 0). */
  coef0?: number;
  /** Ends when the optimality conditions hold within this (default 1e-3). */
  tol?: number;
  /** Leaves settled samples out of the search (default true); the result is the same within `tol`. */
  shrinking?: boolean;
  /** Weights of the classes; "balanced" counters their frequencies. */
  classWeight?: ClassWeight;
  /**
   * "platt" (default): libsvm's probabilities, whose most probable class may differ from `predict` near the border. "agreeing": a softmax
   * of the scores, calibrated, whose most probable class is what `predict` gives. Both cost five more fits on parts of the data.
   * "none": `predictProba` throws.
   */
  probability?: "platt" | "agreeing" | "none";
  /** Of the internal parts for probabilities (default 0). */
  seed?: number;
  /** Bytes for kernel values (default 200 MiB, as scikit-learn). */
  cacheBytes?: number;
}

/** What {@link svc} gives: a classifier whose votes can be read. */
export interface Svc extends Classifier<Matrix> {
  fit(x: Matrix, y: readonly string[], options?: FitOptions): this;
  /** @throws Error with `probability: "none"` */
  predictProba(x: Matrix): Matrix;
  predict(x: Matrix): string[];
  /** One column for two classes (positive: the second), else a column a class: votes and, between 0 and 1, confidence. */
  decisionFunction(x: Matrix): Matrix;
  readonly supportVectors: Matrix;
  getState(): ModelState;
}

interface Learned extends OvoModel {
  classes: string[];
  gamma: number;
  /** Training samples. */
  fitted: number;
  sigmoids?: Sigmoid[];
  temperature?: number;
}

/**
 * Support vector classification: one machine for each pair of classes, which vote.
 *
 * Scale the features first (`pipeline(standardScaler(), svc())`).
 *
 * @throws RangeError for a bad option, one class, features that are not finite; Error for predicting before fit
 * Predicts as scikit-learn 1.9 `SVC` on the golden sets; decisions agree within 1e-5 there. Sources: see `solveSmo`, `couplePairs`.
 */
export function svc(options?: SvcOptions): Svc {
  return build(options);
}

function build(given?: SvcOptions, restored?: Learned): Svc {
  const kind = "svc";
  const options = readOptions(kind, given, {
    c: aNumber(1, { above: 0 }),
    kernel: oneOf(["rbf", "linear", "poly", "sigmoid", "precomputed"], "rbf"),
    gamma: either(oneOf(["scale", "auto"], "scale"), aNumber(0, { above: 0 })),
    degree: aWhole(3, { min: 1 }),
    coef0: aNumber(0),
    tol: aNumber(1e-3, { above: 0 }),
    shrinking: aSwitch(true),
    classWeight: aClassWeight,
    probability: oneOf(["platt", "agreeing", "none"], "platt"),
    seed: aWhole(0),
    cacheBytes: aWhole(200 * 2 ** 20, { min: 2 ** 20 }),
  });
  let learned = restored;
  const need = (fn: string): Learned => {
    if (!learned) throw notFitted(kind, fn);
    return learned;
  };
  const precomputed = options.kernel === "precomputed";
  const parameters = (gamma: number) => ({ ...options, gamma }) as KernelParameters;
  /** Samples × pairs. */
  const decide = (fn: string, x: Matrix): Float64Array => {
    const model = need(fn);
    requireCols(kind, precomputed ? model.fitted : model.vectors.cols, requireMatrix(kind, x).cols);
    // Of a precomputed kernel, the support vectors are numbers of training samples.
    const values = precomputed
      ? pickColumns(x, Int32Array.from(model.vectors.data))
      : kernelMatrix(x, prepareRows(model.vectors), parameters(model.gamma));
    return decidePairs(model, values, x.rows);
  };
  return {
    kind,
    get classes() {
      return learned?.classes ?? [];
    },
    get supportVectors() {
      return need("supportVectors").vectors;
    },
    fit(x, y, { sampleWeight, signal } = {}) {
      requirePairs(kind, requireMatrix(kind, x).rows, y.length);
      const labels = encodeClasses(kind, y);
      const { classes, codes } = labels;
      const bounds = sampleWeights(kind, x.rows, sampleWeight, codes, classWeights(kind, options.classWeight, labels));
      for (let i = 0; i < bounds.length; i++) bounds[i] *= options.c;
      if (precomputed) requireKernelMatrix(kind, x);
      const gamma = kernelWidth(x, options.gamma);
      // Class by class: what a pair of classes needs of a kernel row then lies together.
      const order = Int32Array.from(codes.keys()).sort((a, b) => codes[a] - codes[b] || a - b);
      const sorted = precomputed ? { data: Float64Array.from(order), rows: x.rows, cols: 1 } : selectSamples(x, order);
      const sortedCodes = order.map((i) => codes[i]);
      const source = precomputed
        ? precomputedSource({ ...x, data: pickColumns(selectSamples(x, order), order) })
        : kernelSource(sorted, parameters(gamma), options.cacheBytes);
      const settings = { ...options, bounds: Float64Array.from(order, (i) => bounds[i]) };
      const fitted: Learned = {
        ...trainOvo(sorted, source, sortedCodes, classes.length, settings, signal),
        classes,
        gamma,
        fitted: x.rows,
      };
      signal?.throwIfAborted();
      if (options.probability === "platt") {
        fitted.sigmoids = fitPairSigmoids(source, sortedCodes, classes.length, settings, options.seed);
      } else if (options.probability === "agreeing") {
        fitted.temperature = fitTemperature(source, sortedCodes, classes.length, settings, options.seed);
      }
      learned = fitted;
      return this;
    },
    decisionFunction(x) {
      const decisions = decide("decisionFunction", x);
      const k = need("decisionFunction").classes.length;
      if (k === 2) return { data: decisions.map((d) => -d), rows: x.rows, cols: 1 };
      return { data: classScores(decisions, x.rows, k), rows: x.rows, cols: k };
    },
    predictProba(x) {
      const decisions = decide("predictProba", x);
      const { classes, sigmoids, temperature } = need("predictProba");
      const k = classes.length;
      if (sigmoids) return { data: pairProbabilities(decisions, x.rows, k, sigmoids), rows: x.rows, cols: k };
      if (temperature === undefined) {
        throw new Error('svc: predictProba needs probability: "platt" or "agreeing" when fitting; it was "none".');
      }
      const scores = classScores(decisions, x.rows, k).map((s) => s * temperature);
      return toProbabilities(scores, x.rows, k);
    },
    predict(x) {
      const decisions = decide("predict", x);
      const { classes } = need("predict");
      const k = classes.length;
      const scores = classScores(decisions, x.rows, k);
      // Whole votes, so that the first of equals wins as in libsvm; "agreeing" breaks ties by confidence instead.
      const votes = k > 2 && options.probability !== "agreeing" ? scores.map(Math.round) : scores;
      return classOfMax({ data: votes, rows: x.rows, cols: k }, classes);
    },
    getState() {
      const { classes, gamma, fitted, vectors, counts, dualCoef, rho, sigmoids, temperature } = need("getState");
      const { classWeight, ...rest } = options;
      return {
        kind,
        options: { ...rest, ...(classWeight && { classWeight }) },
        classes,
        gammaUsed: gamma,
        fitted,
        counts: [...counts],
        supportVectors: tensor(vectors.data, [vectors.rows, vectors.cols]),
        dualCoef: tensor(dualCoef, [classes.length - 1, vectors.rows]),
        rho: tensor(rho),
        ...(sigmoids && {
          sigmoids: tensor(Float64Array.from(sigmoids.flatMap(({ a, b }) => [a, b])), [sigmoids.length, 2]),
        }),
        ...(temperature !== undefined && { temperature }),
      };
    },
    toJSON() {
      return stateToJson(this.getState());
    },
    dispose() {},
  };
}

export const svcKind: ModelKind = {
  create: (options) => build(options),
  restore(state) {
    const read = readState(state);
    const classes = read.texts("classes");
    const k = classes.length;
    const pairs = (k * (k - 1)) / 2;
    const { data, shape } = read.tensor("supportVectors");
    const [rows, cols] = shape;
    const sigmoids = read.has("sigmoids") ? read.float64("sigmoids", [pairs, 2]) : undefined;
    return build(read.options(), {
      classes,
      gamma: read.number("gammaUsed"),
      fitted: read.number("fitted"),
      counts: Int32Array.from(read.numbers("counts")),
      vectors: { data: read.floats("supportVectors", [data.length / cols, cols]), rows, cols },
      dualCoef: read.float64("dualCoef", [k - 1, rows]),
      rho: read.float64("rho", [pairs]),
      ...(sigmoids && {
        sigmoids: Array.from({ length: pairs }, (_, p) => ({ a: sigmoids[2 * p], b: sigmoids[2 * p + 1] })),
      }),
      ...(read.has("temperature") && { temperature: read.number("temperature") }),
    });
  },
};
