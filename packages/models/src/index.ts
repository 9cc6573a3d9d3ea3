export { type GaussianNaiveBayesOptions, gaussianNaiveBayes } from "./bayes/gaussianNaiveBayes.js";
export { type CountNaiveBayesOptions, naiveBayes } from "./bayes/naiveBayes.js";
export type { HistGradientBoostingOptions } from "./boosting/boostingOptions.js";
export { type HistGradientBoosting, histGradientBoosting } from "./boosting/histGradientBoosting.js";
export {
  type HistGradientBoostingRegressor,
  histGradientBoostingRegressor,
} from "./boosting/histGradientBoostingRegressor.js";
export { type Calibrated, type CalibratedOptions, calibrated } from "./calibration/calibrated.js";
export { applyIsotonic, fitIsotonic, type Isotonic } from "./calibration/isotonic.js";
export { defineClassifier, defineTransformer, type SyncClassifier, type SyncTransformer } from "./core/define.js";
export { defineRegressor, type SyncRegressor } from "./core/defineRegressor.js";
export { countSamples, selectSamples } from "./core/features.js";
export { encodeLabels, type LabelCodes } from "./core/labels.js";
export { createRandom, permutation, type Rng } from "./core/random.js";
export { createFactory, isClassifier, isRegressor, isTransformer, type ModelKinds } from "./core/registry.js";
export { readSafetensors, writeSafetensors } from "./core/safetensors.js";
export { notFitted, readState, type StateReader, stateFromJson, stateToJson, tensor } from "./core/state.js";
export { packState, unpackState } from "./core/stateFile.js";
export * from "./core/types.js";
export { type PcaOptions, pca } from "./decomposition/pca.js";
export { type TruncatedSvdOptions, truncatedSvd } from "./decomposition/truncatedSvd.js";
export {
  type LinearDiscriminantOptions,
  linearDiscriminant,
  type QuadraticDiscriminantOptions,
  quadraticDiscriminant,
} from "./discriminant/discriminant.js";
export { type AdaBoost, type AdaBoostOptions, adaBoost } from "./ensemble/adaBoost.js";
export { type Bagging, type BaggingOptions, bagging } from "./ensemble/bagging.js";
export { extraTrees } from "./ensemble/extraTrees.js";
export type { Forest, ForestOptions, TreeOptions } from "./ensemble/forest.js";
export {
  decisionTreeRegressor,
  extraTreesRegressor,
  type ForestRegressor,
  type ForestRegressorOptions,
  randomForestRegressor,
  type TreeRegressorOptions,
} from "./ensemble/forestRegressor.js";
export { type IsolationForestOptions, isolationForest } from "./ensemble/isolationForest.js";
export type { MakeClassifier } from "./ensemble/makers.js";
export { randomForest } from "./ensemble/randomForest.js";
export { type Stacking, type StackingOptions, stacking } from "./ensemble/stacking.js";
export { type Voting, type VotingOptions, voting } from "./ensemble/voting.js";
export {
  type ModelDescription,
  type ModelManifest,
  modelFormatVersion,
  packModel,
  type UnpackedModel,
  type UnpackOptions,
  unpackModel,
} from "./folder/pack.js";
export { createModel, modelKinds, restoreModel } from "./kinds.js";
export type { ClassWeight } from "./linear/classWeight.js";
export { type ElasticNetOptions, elasticNet, type LassoOptions, lasso } from "./linear/elasticNet.js";
export { type LinearSvcOptions, linearSvc } from "./linear/linearSvc.js";
export {
  type LogisticRegression,
  type LogisticRegressionOptions,
  logisticRegression,
} from "./linear/logisticRegression.js";
export {
  type LinearRegressionOptions,
  linearRegression,
  type RidgeClassifierOptions,
  type RidgeOptions,
  ridge,
  ridgeClassifier,
} from "./linear/ridge.js";
export { type SgdClassifierOptions, type SgdRegressorOptions, sgdClassifier, sgdRegressor } from "./linear/sgd.js";
export {
  fitMixture,
  type GaussianMixtureOptions,
  gaussianMixture,
  type Mixture,
  mixtureLogs,
} from "./mixture/gaussianMixture.js";
export { type Clustering, cluster, type KMeansOptions, kMeans } from "./mixture/kMeans.js";
export { type KNeighborsOptions, kNeighbors, kNeighborsRegressor } from "./neighbors/kNeighbors.js";
export type { BatchAugmentation } from "./neural/augment.js";
export type { Checkpoint } from "./neural/checkpoint.js";
export { describeNetwork, type LayerSummary } from "./neural/describe.js";
export type { LayerSpec } from "./neural/layers/specs.js";
export type { Loss, LossName } from "./neural/loss.js";
export { type NetworkOptions, namedNetwork, networkNames } from "./neural/networks.js";
export { type NeuralClassifier, neuralClassifier } from "./neural/neuralClassifier.js";
export type { EarlyStopping, NeuralClassifierOptions } from "./neural/options.js";
export type { Schedule } from "./neural/schedule.js";
export { neuralFromTorch, type TorchWeights } from "./neural/torchWeights.js";
export { type Pipeline, pipeline, type RegressorPipeline, type TransformerPipeline } from "./pipeline/pipeline.js";
export type { ColumnScaler } from "./preprocessing/columnScaler.js";
export { type FrameCorrelationOptions, frameCorrelation } from "./preprocessing/frameCorrelation.js";
export { type KBinsDiscretizerOptions, kBinsDiscretizer } from "./preprocessing/kBinsDiscretizer.js";
export { type MinMaxScalerOptions, minMaxScaler } from "./preprocessing/minMaxScaler.js";
export { type PolynomialFeaturesOptions, polynomialFeatures } from "./preprocessing/polynomialFeatures.js";
export { type PowerTransformerOptions, powerTransformer } from "./preprocessing/powerTransformer.js";
export { type QuantileTransformerOptions, quantileTransformer } from "./preprocessing/quantileTransformer.js";
export { type RobustScalerOptions, robustScaler } from "./preprocessing/robustScaler.js";
export { type StandardScalerOptions, standardScaler } from "./preprocessing/standardScaler.js";
export {
  accuracyScorer,
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  logLossScorer,
  rocAucScorer,
  type Scorer,
} from "./selection/crossValidate.js";
export {
  type MakeRegressor,
  meanSquaredErrorScorer,
  type RegressorCrossValidateOptions,
  type RegressorCrossValidation,
  type RegressorScorer,
  r2Scorer,
} from "./selection/crossValidateRegressor.js";
export {
  type ColumnImportance,
  type PermutationImportanceOptions,
  partialDependence,
  permutationImportance,
} from "./selection/permutationImportance.js";
export { type Rfe, type RfeOptions, rfe } from "./selection/rfe.js";
export {
  type RegressorSearchOptions,
  type SearchOptions,
  type SearchResult,
  type SearchSpace,
  search,
  type Trial,
} from "./selection/search.js";
export { type SelectColumnsOptions, selectColumns } from "./selection/selectColumns.js";
export { type Fold, stratifiedFolds, stratifiedShare } from "./selection/split.js";
export { type TakeColumnsOptions, takeColumns } from "./selection/takeColumns.js";
export type { KernelName } from "./svm/kernel.js";
export { applySigmoid, fitSigmoid, type Sigmoid } from "./svm/platt.js";
export { type Svc, type SvcOptions, svc } from "./svm/svc.js";
export { type SvrOptions, svr } from "./svm/svr.js";
export { decisionTree } from "./tree/decisionTree.js";
export type { Trees } from "./tree/trees.js";
