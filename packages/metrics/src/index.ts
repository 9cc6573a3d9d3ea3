export type { BinaryTruth } from "./binary.js";
export {
  type AccuracyOptions,
  accuracy,
  type BalancedAccuracyOptions,
  balancedAccuracy,
} from "./classification/accuracy.js";
export type { Average } from "./classification/classCounts.js";
export {
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from "./classification/confusionMatrix.js";
export { type LogLossOptions, logLoss } from "./classification/logLoss.js";
export {
  type ClassificationReport,
  type ClassScores,
  classificationReport,
  type FBetaOptions,
  fBeta,
  type PrecisionRecallF1,
  type PrecisionRecallOptions,
  precisionRecallF1,
} from "./classification/precisionRecallF1.js";
export { type DetCurve, detCurve } from "./detection/detCurve.js";
export { type EqualErrorRate, equalErrorRate } from "./detection/equalErrorRate.js";
export { type DetectionCost, type MinDcf, type MinDcfOptions, minDcf } from "./detection/minDcf.js";
export { type RocAucOptions, rocAuc } from "./ranking/rocAuc.js";
export { type RocCurve, type RocOptions, rocCurve } from "./ranking/rocCurve.js";
export type { BinaryOptions, Label, Matrix, MatrixLike } from "./types.js";
export { type BootstrapOptions, bootstrap, bootstrapIndices, type Interval } from "./uncertainty/bootstrap.js";
export type { ResampleOptions } from "./uncertainty/resample.js";
