import { classOfMax, encodeClasses } from "../core/labels.js";
import { isClassifier } from "../core/registry.js";
import { notFitted, readState } from "../core/state.js";
import type { Classifier, Features, FitOptions, Matrix, ModelKind, ModelState } from "../core/types.js";
import { createSteps } from "../pipeline/pipeline.js";
import { togetherPredictor } from "../pipeline/sharedSteps.js";

/** Options of {@link voting}. */
export interface VotingOptions {
  /** Weight of each classifier (default 1 each). */
  weights?: readonly number[];
}

/** Classifiers whose probabilities are averaged. */
export interface Voting extends Classifier {
  fit(x: Features, y: readonly string[], options?: FitOptions): Promise<this>;
  predictProba(x: Features): Promise<Matrix>;
  predict(x: Features): Promise<string[]>;
  readonly estimators: readonly Classifier[];
  getState(): Promise<ModelState>;
}

/**
 * Averages the probabilities of classifiers that are fitted on the same samples ("soft voting").
 *
 * @throws RangeError if there is no classifier, or not one weight ≥ 0 for each
 */
export function voting(estimators: readonly Classifier[], { weights }: VotingOptions = {}): Voting {
  return build(estimators, weights);
}

function build(
  estimators: readonly Classifier[],
  weights: readonly number[] = estimators.map(() => 1),
  restored?: readonly string[],
): Voting {
  const kind = "voting";
  const total = weights.reduce((a, b) => a + b, 0);
  if (estimators.length === 0) throw new RangeError("voting: at least one classifier is needed, got 0.");
  if (weights.length !== estimators.length || weights.some((w) => !(w >= 0)) || !(total > 0)) {
    throw new RangeError(
      `voting: weights must be ${estimators.length} numbers ≥ 0, not all 0, got ${weights.join(", ")}.`,
    );
  }
  let classes = restored;
  const answers = togetherPredictor(estimators);
  return {
    kind,
    estimators,
    get classes() {
      return classes ?? [];
    },
    async fit(x, y, options) {
      const { classes: found } = encodeClasses(kind, y);
      // A checkpoint is one model's: several would go on from each other's.
      const { onCheckpoint: _, resume: __, ...own } = options ?? {};
      for (const model of estimators) await model.fit(x, y, own);
      classes = found;
      return this;
    },
    async predictProba(x) {
      if (!classes) throw notFitted(kind, "predictProba");
      let sum: Float64Array | undefined;
      let rows = 0;
      let m = 0;
      for (const answer of answers(x)) {
        const part = await answer;
        rows = part.rows;
        sum ??= new Float64Array(part.data.length);
        for (let i = 0; i < sum.length; i++) sum[i] += (weights[m] / total) * part.data[i];
        m++;
      }
      return { data: sum ?? new Float64Array(0), rows, cols: classes.length };
    },
    async predict(x) {
      return classOfMax(await this.predictProba(x), classes ?? []);
    },
    async getState() {
      if (!classes) throw notFitted(kind, "getState");
      const states: ModelState[] = [];
      for (const model of estimators) states.push(await model.getState());
      return { kind, classes, weights, estimators: states };
    },
    toJSON() {
      if (!classes) throw notFitted(kind, "toJSON");
      return { kind, classes, weights, estimators: estimators.map((model) => model.toJSON()) };
    },
    dispose() {
      for (const model of estimators) model.dispose();
    },
  };
}

export const votingKind: ModelKind = {
  async create({ estimators, weights }, factory) {
    const models = await createSteps("voting", estimators, factory);
    const wrong = models.find((model) => !isClassifier(model));
    if (wrong) throw new TypeError(`voting: ${wrong.kind} is no classifier.`);
    return build(models as Classifier[], weights as number[] | undefined);
  },
  async restore(state, factory) {
    const read = readState(state);
    const models: Classifier[] = [];
    for (const own of read.states("estimators")) models.push((await factory.restore(own)) as Classifier);
    return build(models, read.numbers("weights"), read.texts("classes"));
  },
};
