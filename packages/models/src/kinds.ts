import { createFactory, type ModelKinds } from "./core/registry.js";
import type { Estimator, ModelOptions, ModelState } from "./core/types.js";

/** Every kind of model that recipes and model folders may name; each is loaded when first asked for. */
export const modelKinds = {
  standardScaler: async () => (await import("./preprocessing/standardScaler.js")).standardScalerKind,
  powerTransformer: async () => (await import("./preprocessing/powerTransformer.js")).powerTransformerKind,
  kBinsDiscretizer: async () => (await import("./preprocessing/kBinsDiscretizer.js")).kBinsDiscretizerKind,
  robustScaler: async () => (await import("./preprocessing/robustScaler.js")).robustScalerKind,
  minMaxScaler: async () => (await import("./preprocessing/minMaxScaler.js")).minMaxScalerKind,
  logisticRegression: async () => (await import("./linear/logisticRegression.js")).logisticRegressionKind,
  svc: async () => (await import("./svm/svc.js")).svcKind,
  svr: async () => (await import("./svm/svr.js")).svrKind,
  neuralClassifier: async () => (await import("./neural/neuralClassifier.js")).neuralClassifierKind,
  decisionTree: async () => (await import("./tree/decisionTree.js")).decisionTreeKind,
  randomForest: async () => (await import("./ensemble/randomForest.js")).randomForestKind,
  extraTrees: async () => (await import("./ensemble/extraTrees.js")).extraTreesKind,
  histGradientBoosting: async () => (await import("./boosting/histGradientBoosting.js")).histGradientBoostingKind,
  decisionTreeRegressor: async () => (await import("./ensemble/forestRegressor.js")).decisionTreeRegressorKind,
  randomForestRegressor: async () => (await import("./ensemble/forestRegressor.js")).randomForestRegressorKind,
  extraTreesRegressor: async () => (await import("./ensemble/forestRegressor.js")).extraTreesRegressorKind,
  histGradientBoostingRegressor: async () =>
    (await import("./boosting/histGradientBoostingRegressor.js")).histGradientBoostingRegressorKind,
  kNeighbors: async () => (await import("./neighbors/kNeighbors.js")).kNeighborsKind,
  kNeighborsRegressor: async () => (await import("./neighbors/kNeighbors.js")).kNeighborsRegressorKind,
  naiveBayes: async () => (await import("./bayes/naiveBayes.js")).naiveBayesKind,
  gaussianNaiveBayes: async () => (await import("./bayes/gaussianNaiveBayes.js")).gaussianNaiveBayesKind,
  linearDiscriminant: async () => (await import("./discriminant/discriminant.js")).linearDiscriminantKind,
  quadraticDiscriminant: async () => (await import("./discriminant/discriminant.js")).quadraticDiscriminantKind,
  pca: async () => (await import("./decomposition/pca.js")).pcaKind,
  simpleImputer: async () => (await import("./tabular/simpleImputer.js")).simpleImputerKind,
  knnImputer: async () => (await import("./tabular/knnImputer.js")).knnImputerKind,
  iterativeImputer: async () => (await import("./tabular/iterativeImputer.js")).iterativeImputerKind,
  ordinalEncoder: async () => (await import("./tabular/encoders.js")).ordinalEncoderKind,
  oneHotEncoder: async () => (await import("./tabular/encoders.js")).oneHotEncoderKind,
  targetEncoder: async () => (await import("./tabular/encoders.js")).targetEncoderKind,
  columnTransformer: async () => (await import("./tabular/columnTransformer.js")).columnTransformerKind,
  dropDuplicates: async () => (await import("./tabular/dropDuplicates.js")).dropDuplicatesKind,
  randomOverSampler: async () => (await import("./tabular/resample.js")).randomOverSamplerKind,
  randomUnderSampler: async () => (await import("./tabular/resample.js")).randomUnderSamplerKind,
  smote: async () => (await import("./tabular/resample.js")).smoteKind,
  adaBoost: async () => (await import("./ensemble/adaBoost.js")).adaBoostKind,
  bagging: async () => (await import("./ensemble/bagging.js")).baggingKind,
  stacking: async () => (await import("./ensemble/stacking.js")).stackingKind,
  linearRegression: async () => (await import("./linear/ridge.js")).linearRegressionKind,
  ridge: async () => (await import("./linear/ridge.js")).ridgeKind,
  ridgeClassifier: async () => (await import("./linear/ridge.js")).ridgeClassifierKind,
  elasticNet: async () => (await import("./linear/elasticNet.js")).elasticNetKind,
  lasso: async () => (await import("./linear/elasticNet.js")).lassoKind,
  sgdClassifier: async () => (await import("./linear/sgd.js")).sgdClassifierKind,
  sgdRegressor: async () => (await import("./linear/sgd.js")).sgdRegressorKind,
  linearSvc: async () => (await import("./linear/linearSvc.js")).linearSvcKind,
  voting: async () => (await import("./ensemble/voting.js")).votingKind,
  calibrated: async () => (await import("./calibration/calibrated.js")).calibratedKind,
  selectColumns: async () => (await import("./selection/selectColumns.js")).selectColumnsKind,
  rfe: async () => (await import("./selection/rfe.js")).rfeKind,
  frameCorrelation: async () => (await import("./preprocessing/frameCorrelation.js")).frameCorrelationKind,
  takeColumns: async () => (await import("./selection/takeColumns.js")).takeColumnsKind,
  kMeans: async () => (await import("./mixture/kMeans.js")).kMeansKind,
  gaussianMixture: async () => (await import("./mixture/gaussianMixture.js")).gaussianMixtureKind,
  truncatedSvd: async () => (await import("./decomposition/truncatedSvd.js")).truncatedSvdKind,
  polynomialFeatures: async () => (await import("./preprocessing/polynomialFeatures.js")).polynomialFeaturesKind,
  quantileTransformer: async () => (await import("./preprocessing/quantileTransformer.js")).quantileTransformerKind,
  isolationForest: async () => (await import("./ensemble/isolationForest.js")).isolationForestKind,
  countVectorizer: async () => (await import("./text/vectorizer.js")).countVectorizerKind,
  tfidfVectorizer: async () => (await import("./text/vectorizer.js")).tfidfVectorizerKind,
  hashingVectorizer: async () => (await import("./text/hashingVectorizer.js")).hashingVectorizerKind,
  naiveBayesWeights: async () => (await import("./text/naiveBayesWeights.js")).naiveBayesWeightsKind,
  spectrogramGenerator: async () => (await import("./generative/spectrogramGenerator.js")).spectrogramGeneratorKind,
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
