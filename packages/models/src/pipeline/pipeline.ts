import { countSamples, requirePairs } from "../core/features.js";
import { isClassifier, isRegressor, isTransformer } from "../core/registry.js";
import { readState } from "../core/state.js";
import type {
  Classifier,
  Estimator,
  Features,
  FitOptions,
  ModelFactory,
  ModelKind,
  ModelOptions,
  ModelState,
  Regressor,
  Resampler,
  Transformer,
} from "../core/types.js";

/** Steps in a row: each transforms what the next one sees; the last one predicts. */
export interface Pipeline extends Classifier {
  readonly steps: readonly Estimator[];
  fit(x: Features, y: readonly string[], options?: FitOptions): Promise<this>;
  /** What the last step sees: all steps but the last applied (resamplers excepted). */
  transformed(x: Features): Promise<Features>;
  getState(): Promise<ModelState>;
}

/** Steps in a row, of which the last gives each sample a number. */
export interface RegressorPipeline extends Regressor {
  readonly steps: readonly Estimator[];
  fit(x: Features, y: ArrayLike<number>, options?: FitOptions): Promise<this>;
  predict(x: Features): Promise<Float64Array>;
  /** What the last step sees: all steps but the last applied. */
  transformed(x: Features): Promise<Features>;
  getState(): Promise<ModelState>;
}

/** Steps in a row that only transform. */
export interface TransformerPipeline extends Transformer {
  readonly steps: readonly Estimator[];
  fit(x: Features, y?: readonly string[], options?: FitOptions): Promise<this>;
  transform(x: Features): Promise<Features>;
  getState(): Promise<ModelState>;
}

const isResampler = (step: Estimator): step is Resampler => "fitResample" in step;

/**
 * Chains transformers, resamplers and a final classifier into one classifier, or transformers and a final regressor into one regressor.
 *
 * `fit` fits each step on what the earlier ones make of the training samples; validation samples of `fit`'s options are transformed
 * alike. Resamplers (SMOTE) act while fitting alone, so that held-out samples are never made up. With neither
 * at the end the chain is a transformer. Before a regressor, transformers are fitted without `y`: those that choose by classes refuse.
 *
 * @throws TypeError if there is no step, a step but the last neither transforms nor resamples, or a resampler precedes a regressor
 */
export function pipeline(...steps: [...Estimator[], Classifier]): Pipeline;
export function pipeline(...steps: Transformer[]): TransformerPipeline;
export function pipeline(...steps: [...Transformer[], Regressor]): RegressorPipeline;
export function pipeline(...steps: Estimator[]): Pipeline | TransformerPipeline | RegressorPipeline {
  return build(steps);
}

function build(steps: readonly Estimator[]): Pipeline | TransformerPipeline | RegressorPipeline {
  const kind = "pipeline";
  const last = steps[steps.length - 1];
  if (!last) throw new TypeError("pipeline: at least one step is needed, got none.");
  const wrong = steps.slice(0, -1).find((step) => !isTransformer(step) && !isResampler(step));
  if (wrong)
    throw new TypeError(`pipeline: ${wrong.kind} neither transforms nor resamples; only the last step may be so.`);
  const final = isClassifier(last) ? last : undefined;
  const regressor = !final && !isTransformer(last) && isRegressor(last) ? last : undefined;
  if (!final && !regressor && !isTransformer(last))
    throw new TypeError(`pipeline: the last step must predict or transform, ${last.kind} does not.`);
  const before = final || regressor ? steps.slice(0, -1) : steps;
  const resampler = regressor && before.find(isResampler);
  if (resampler)
    throw new TypeError(`pipeline: ${resampler.kind} evens out classes; it cannot stand before ${last.kind}.`);

  const transformed = async (x: Features): Promise<Features> => {
    let seen = x;
    for (const step of before) if (isTransformer(step)) seen = await step.transform(seen);
    return seen;
  };

  /** Fits all steps before the classifier; returns what it is to be fitted on. */
  const fitBefore = async (x: Features, y: readonly string[] | undefined, options: FitOptions) => {
    let seen = x;
    let labels = y;
    const rest: FitOptions = { ...options };
    let held = options.validation?.x;
    for (const step of before) {
      options.signal?.throwIfAborted();
      if (isTransformer(step)) {
        if (step.fitTransform) seen = await step.fitTransform(seen, labels, rest);
        else {
          await step.fit(seen, labels, rest);
          seen = await step.transform(seen);
        }
        if (held) held = await step.transform(held);
      } else if (isResampler(step) && labels) {
        if (rest.sampleWeight || rest.groups || rest.refresh) {
          throw new TypeError(
            `pipeline: sampleWeight, groups and refresh cannot follow ${step.kind}, which changes the samples.`,
          );
        }
        ({ x: seen, y: labels } = await step.fitResample(seen, labels));
      }
    }
    const { refresh } = options;
    if (refresh) rest.refresh = async (epoch) => transformed(await refresh(epoch));
    if (held && options.validation) rest.validation = { ...options.validation, x: held };
    return { seen, labels: labels ?? [], rest };
  };

  const common = {
    kind,
    steps,
    async getState(): Promise<ModelState> {
      const states: ModelState[] = [];
      for (const step of steps) {
        // Resamplers learn nothing and are absent from predictions.
        if (!isResampler(step)) states.push(await step.getState());
      }
      return { kind, steps: states };
    },
    toJSON() {
      return { kind, steps: steps.filter((step) => !isResampler(step)).map((step) => step.toJSON()) };
    },
    dispose() {
      for (const step of steps) step.dispose();
    },
  };
  if (regressor) {
    return {
      ...common,
      transformed,
      async fit(x: Features, y: ArrayLike<number>, options: FitOptions = {}) {
        requirePairs(kind, countSamples(x), y.length);
        const { seen, rest } = await fitBefore(x, undefined, options);
        await regressor.fit(seen, y, rest);
        return this;
      },
      predict: async (x: Features) => regressor.predict(await transformed(x)),
    } as RegressorPipeline;
  }
  if (!final) {
    return {
      ...common,
      async fit(x: Features, y?: readonly string[], options: FitOptions = {}) {
        await fitBefore(x, y, options);
        return this;
      },
      transform: transformed,
    } as TransformerPipeline;
  }
  return {
    ...common,
    get classes() {
      return final.classes;
    },
    transformed,
    async fit(x: Features, y: readonly string[], options: FitOptions = {}) {
      requirePairs(kind, countSamples(x), y.length);
      const { seen, labels, rest } = await fitBefore(x, y, options);
      await final.fit(seen, labels, rest);
      return this;
    },
    predictProba: async (x: Features) => final.predictProba(await transformed(x)),
    predict: async (x: Features) => final.predict(await transformed(x)),
  } as Pipeline;
}

/** Steps as a recipe names them: `{ kind, ...options }` each. */
export async function createSteps(fn: string, list: unknown, factory: ModelFactory): Promise<Estimator[]> {
  if (!Array.isArray(list)) throw new RangeError(`${fn}: a list of models { kind, ... } is needed.`);
  const steps: Estimator[] = [];
  for (const item of list as ModelOptions[]) {
    const { kind, ...options } = item;
    if (typeof kind !== "string") throw new RangeError(`${fn}: each model needs a kind.`);
    steps.push(await factory.create(kind, options));
  }
  return steps;
}

export const pipelineKind: ModelKind = {
  create: async (options, factory) => build(await createSteps("pipeline", options.steps, factory)),
  async restore(state, factory) {
    const steps: Estimator[] = [];
    for (const step of readState(state).states("steps")) steps.push(await factory.restore(step));
    return build(steps);
  },
};
