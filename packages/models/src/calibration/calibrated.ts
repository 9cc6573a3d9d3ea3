import { countSamples, requirePairs, selectSamples } from "../core/features.js";
import { classOfMax, encodeClasses } from "../core/labels.js";
import { aWhole, oneOf, readOptions } from "../core/options.js";
import { isClassifier } from "../core/registry.js";
import { notFitted, readState, tensor } from "../core/state.js";
import type { Classifier, Features, FitOptions, Matrix, ModelKind, ModelState, StateTensor } from "../core/types.js";
import type { MakeClassifier } from "../ensemble/makers.js";
import { createSteps } from "../pipeline/pipeline.js";
import { stratifiedFolds } from "../selection/split.js";
import { applySigmoid, fitSigmoid } from "../svm/platt.js";
import { applyIsotonic, fitIsotonic } from "./isotonic.js";

/** Options of {@link calibrated}. */
export interface CalibratedOptions {
  /** "sigmoid" (default, Platt) or "isotonic" (more freedom, wants about a thousand samples). */
  method?: "sigmoid" | "isotonic";
  /** Parts whose held-out scores are learned from (default 5). */
  cv?: number;
  /** Of the parts (default 0). */
  seed?: number;
}

/** A classifier with probabilities that mean what they say. */
export interface Calibrated extends Classifier {
  fit(x: Features, y: readonly string[], options?: FitOptions): Promise<this>;
  predictProba(x: Features): Promise<Matrix>;
  predict(x: Features): Promise<string[]>;
  getState(): Promise<ModelState>;
}

/** One map a class (one in all for two classes): a sigmoid's a and b, or points of a rising function. */
interface Maps {
  x: Float64Array[];
  y: Float64Array[];
}

interface Fitted {
  classes: readonly string[];
  model: Classifier;
  maps: Maps;
}

/**
 * Calibrates a classifier: its probabilities for held-out samples, as log-odds, are mapped to how often they come true; the
 * classifier is then fitted on all samples. Of more than two classes each is calibrated against the rest and the row brought to 1.
 *
 * @throws RangeError for one class; Error for predicting before fit
 * Sources: Platt 1999; Zadrozny & Elkan 2002. The scheme of scikit-learn's `CalibratedClassifierCV(ensemble=False)`.
 */
export function calibrated(make: MakeClassifier, options?: CalibratedOptions): Calibrated {
  return build(make, options);
}

function build(make: MakeClassifier, given?: CalibratedOptions, restored?: Fitted): Calibrated {
  const kind = "calibrated";
  const options = readOptions(kind, given, {
    method: oneOf(["sigmoid", "isotonic"], "sigmoid"),
    cv: aWhole(5, { min: 2 }),
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
    async fit(x, y, { signal, sampleWeight, groups, threads } = {}) {
      requirePairs(kind, countSamples(x), y.length);
      const { classes, codes } = encodeClasses(kind, y);
      const k = classes.length;
      const scores = new Float64Array(y.length * k);
      for (const { train, test } of stratifiedFolds(codes, k, options.cv, options.seed, groups)) {
        signal?.throwIfAborted();
        const model = await make();
        const weight = sampleWeight && { sampleWeight: Array.from(train, (i) => sampleWeight[i]) };
        await model.fit(
          selectSamples(x, train),
          Array.from(train, (i) => y[i]),
          { signal, threads, ...weight },
        );
        const { data } = await model.predictProba(selectSamples(x, test));
        for (const [t, i] of test.entries()) {
          for (const [c, label] of model.classes.entries()) {
            scores[i * k + classes.indexOf(label)] = data[t * model.classes.length + c];
          }
        }
        model.dispose();
      }
      const maps: Maps = { x: [], y: [] };
      for (let c = k === 2 ? 1 : 0; c < k; c++) {
        const own = Float64Array.from({ length: y.length }, (_, i) => logOdds(scores[i * k + c]));
        const positive = Uint8Array.from(codes, (code) => Number(code === c));
        if (options.method === "sigmoid") {
          const { a, b } = fitSigmoid(own, positive);
          maps.x.push(Float64Array.of(a));
          maps.y.push(Float64Array.of(b));
        } else {
          const rising = fitIsotonic(own, positive);
          maps.x.push(rising.x);
          maps.y.push(rising.y);
        }
      }
      const model = await make();
      await model.fit(x, y, { signal, threads, ...(sampleWeight && { sampleWeight }) });
      fitted = { classes, model, maps };
      return this;
    },
    async predictProba(x) {
      const { classes, model, maps } = need("predictProba");
      const { data, rows } = await model.predictProba(x);
      const k = classes.length;
      const out = new Float64Array(rows * k);
      const map = (m: number, p: number): number => {
        const score = logOdds(p);
        if (options.method === "isotonic") return applyIsotonic({ x: maps.x[m], y: maps.y[m] }, score);
        return applySigmoid(score, { a: maps.x[m][0], b: maps.y[m][0] });
      };
      for (let i = 0; i < rows; i++) {
        if (k === 2) {
          out[2 * i + 1] = map(0, data[2 * i + 1]);
          out[2 * i] = 1 - out[2 * i + 1];
          continue;
        }
        let sum = 0;
        for (let c = 0; c < k; c++) {
          out[i * k + c] = map(c, data[i * k + c]);
          sum += out[i * k + c];
        }
        for (let c = 0; c < k; c++) out[i * k + c] = sum > 0 ? out[i * k + c] / sum : 1 / k;
      }
      return { data: out, rows, cols: k };
    },
    async predict(x) {
      return classOfMax(await this.predictProba(x), need("predict").classes);
    },
    async getState() {
      const { classes, model, maps } = need("getState");
      const state = await model.getState();
      return { kind, options, classes, model: state, x: maps.x.map((v) => tensor(v)), y: maps.y.map((v) => tensor(v)) };
    },
    toJSON() {
      const { classes, model, maps } = need("toJSON");
      const plain = (list: Float64Array[]) => list.map((v) => ({ dtype: "float64", shape: [v.length], data: [...v] }));
      return { kind, options, classes, model: model.toJSON(), x: plain(maps.x), y: plain(maps.y) };
    },
    dispose() {
      fitted?.model.dispose();
    },
  };
}

const logOdds = (p: number): number => {
  const inside = Math.min(1 - 1e-12, Math.max(1e-12, p));
  return Math.log(inside / (1 - inside));
};

export const calibratedKind: ModelKind = {
  async create({ estimator, ...rest }, factory) {
    const one = async (): Promise<Classifier> => {
      const [model] = await createSteps("calibrated", [estimator], factory);
      if (!isClassifier(model)) throw new TypeError(`calibrated: ${model.kind} is no classifier.`);
      return model;
    };
    (await one()).dispose();
    return build(one, rest);
  },
  async restore(state, factory) {
    const read = readState(state);
    const model = (await factory.restore(state.model as unknown as ModelState)) as Classifier;
    const { x, y } = state as unknown as { x: StateTensor[]; y: StateTensor[] };
    const arrays = (list: StateTensor[]) => list.map(({ data }) => data as Float64Array);
    const refit = (): never => {
      throw new Error("calibrated: a restored model predicts; make a new one to fit.");
    };
    return build(refit, read.options(), {
      classes: read.texts("classes"),
      model,
      maps: { x: arrays(x), y: arrays(y) },
    });
  },
};
