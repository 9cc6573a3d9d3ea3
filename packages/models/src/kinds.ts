import { createFactory, type ModelKinds } from "./core/registry.js";
import type { Estimator, ModelOptions, ModelState } from "./core/types.js";

/** Every kind of model that recipes and model folders may name; each is loaded when first asked for. */
export const modelKinds = {
  standardScaler: async () => (await import("./preprocessing/standardScaler.js")).standardScalerKind,
  robustScaler: async () => (await import("./preprocessing/robustScaler.js")).robustScalerKind,
  minMaxScaler: async () => (await import("./preprocessing/minMaxScaler.js")).minMaxScalerKind,
  logisticRegression: async () => (await import("./linear/logisticRegression.js")).logisticRegressionKind,
  svc: async () => (await import("./svm/svc.js")).svcKind,
  neuralClassifier: async () => (await import("./neural/neuralClassifier.js")).neuralClassifierKind,
  decisionTree: async () => (await import("./tree/decisionTree.js")).decisionTreeKind,
  randomForest: async () => (await import("./ensemble/randomForest.js")).randomForestKind,
  extraTrees: async () => (await import("./ensemble/extraTrees.js")).extraTreesKind,
  histGradientBoosting: async () => (await import("./boosting/histGradientBoosting.js")).histGradientBoostingKind,
  countVectorizer: async () => (await import("./text/vectorizer.js")).countVectorizerKind,
  tfidfVectorizer: async () => (await import("./text/vectorizer.js")).tfidfVectorizerKind,
  naiveBayesWeights: async () => (await import("./text/naiveBayesWeights.js")).naiveBayesWeightsKind,
  pipeline: async () => (await import("./pipeline/pipeline.js")).pipelineKind,
} satisfies ModelKinds;

const factory = createFactory(modelKinds);

/**
 * A fresh model by name, as recipes make them: `createModel("svc", { c: 10 })`.
 *
 * @throws RangeError for an unknown kind or option, naming the nearest known one
 */
export function createModel(kind: string, options?: ModelOptions): Promise<Estimator> {
  return factory.create(kind, options);
}

/**
 * A fitted model from what `getState` or `toJSON` gave.
 *
 * @throws RangeError for an unknown kind, a missing field or a wrong shape, naming it
 */
export function restoreModel(state: ModelState): Promise<Estimator> {
  return factory.restore(state);
}
