import { nearest } from "./options.js";
import { stateFromJson } from "./state.js";
import type {
  Classifier,
  Estimator,
  ModelFactory,
  ModelKind,
  ModelOptions,
  ModelState,
  Regressor,
  Transformer,
} from "./types.js";

/** Kinds by name, loaded when first asked for, so that naming all of them costs nothing. */
export type ModelKinds = Readonly<Record<string, () => Promise<ModelKind>>>;

/**
 * Makes and restores models of the given kinds, the parts of pipelines and ensembles included.
 *
 * @param kinds what is known; spread `modelKinds` into it to add your own: `createFactory({ ...modelKinds, mine })`
 */
export function createFactory(kinds: ModelKinds): ModelFactory {
  const loaded = new Map<string, Promise<ModelKind>>();
  const find = (fn: string, kind: string): Promise<ModelKind> => {
    if (!Object.hasOwn(kinds, kind)) {
      throw new RangeError(`${fn}: unknown kind "${kind}"; ${nearest(kind, Object.keys(kinds))}`);
    }
    const found = loaded.get(kind) ?? kinds[kind]();
    loaded.set(kind, found);
    return found;
  };
  const factory: ModelFactory = {
    create: async (kind, options: ModelOptions = {}) => (await find("createModel", kind)).create(options, factory),
    restore: async (given) => {
      const state: ModelState = stateFromJson(given);
      return (await find("restoreModel", state.kind)).restore(state, factory);
    },
  };
  return factory;
}

/** Whether an estimator gives probabilities. */
export const isClassifier = (model: Estimator): model is Classifier => "predictProba" in model;
/** Whether an estimator changes samples. */
export const isTransformer = (model: Estimator): model is Transformer => "transform" in model;
/** Whether an estimator predicts numbers. */
export const isRegressor = (model: Estimator): model is Regressor => "predict" in model && !("predictProba" in model);
