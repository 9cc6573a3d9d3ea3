export type { BinaryTruth } from "./binary.js";
export {
  type CalibrationCurve,
  type CalibrationCurveOptions,
  type CalibrationErrorOptions,
  calibrationCurve,
  expectedCalibrationError,
} from "./calibration/calibrationCurve.js";
export {
  applyIsotonic,
  fitIsotonic,
  type IsotonicCalibration,
  isotonicLlr,
} from "./calibration/isotonic.js";
export { applyPlatt, fitPlatt, type PlattCalibration, plattLlr } from "./calibration/platt.js";
export {
  applyTemperature,
  fitTemperature,
  type TemperatureCalibration,
  type TemperatureOptions,
} from "./calibration/temperature.js";
export {
  type AccuracyOptions,
  accuracy,
  type BalancedAccuracyOptions,
  balancedAccuracy,
} from "./classification/accuracy.js";
export {
  type CohenKappaOptions,
  cohenKappa,
  type MatthewsOptions,
  matthewsCorrelation,
} from "./classification/agreement.js";
export { type BrierOptions, brierScore } from "./classification/brierScore.js";
export type { Average } from "./classification/classCounts.js";
export {
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from "./classification/confusionMatrix.js";
export { jaccard } from "./classification/jaccard.js";
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
export { type TopKOptions, topKAccuracy } from "./classification/topKAccuracy.js";
export {
  adjustedMutualInformation,
  type EntropyAverage,
  homogeneityCompleteness,
  mutualInformation,
  normalizedMutualInformation,
} from "./clustering/mutualInformation.js";
export { adjustedRandIndex, randIndex } from "./clustering/randIndex.js";
export { silhouette, silhouetteSamples } from "./clustering/silhouette.js";
export { type ActualDcf, type ActualDcfOptions, actualDcf } from "./detection/actualDcf.js";
export { type ChosenThreshold, chooseThreshold, type ThresholdRule } from "./detection/chooseThreshold.js";
export { cllr, minCllr } from "./detection/cllr.js";
export { type DetCurve, detCurve } from "./detection/detCurve.js";
export {
  type EerMethod,
  type EqualErrorRate,
  type EqualErrorRateOptions,
  equalErrorRate,
} from "./detection/equalErrorRate.js";
export { type DetectionCost, type MinDcf, type MinDcfOptions, minDcf } from "./detection/minDcf.js";
export {
  type AsvErrors,
  asvErrors,
  asvspoof2019Cost,
  asvspoof2021Cost,
  type TandemCost,
  type TandemDcf,
  tandemDcf,
} from "./detection/tandemDcf.js";
export { type EmbeddingMoments, embeddingMoments, frechetDistance } from "./generative/frechetDistance.js";
export { type Box, iou } from "./image/boxes.js";
export {
  type Detection,
  type DetectionAp,
  type DetectionApOptions,
  detectionAveragePrecision,
} from "./image/detectionAveragePrecision.js";
export { type ImageLike, type PsnrOptions, psnr, type SsimOptions, ssim } from "./image/similarity.js";
export { areaUnderCurve } from "./ranking/areaUnderCurve.js";
export {
  type AveragePrecisionOptions,
  averagePrecision,
  type PrecisionRecallCurve,
  precisionRecallCurve,
} from "./ranking/precisionRecallCurve.js";
export { type RocAucOptions, rocAuc } from "./ranking/rocAuc.js";
export { type RocCurve, type RocOptions, rocCurve } from "./ranking/rocCurve.js";
export {
  explainedVariance,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  pearsonCorrelation,
  type RegressionOptions,
  r2Score,
  rootMeanSquaredError,
} from "./regression/errors.js";
export {
  type Accumulator,
  type ConfusionAccumulator,
  confusionAccumulator,
  type MomentsAccumulator,
  momentsAccumulator,
  type RunningMoments,
} from "./streaming/accumulators.js";
export { type ScoreAccumulator, type ScoreFigures, scoreAccumulator } from "./streaming/scoreAccumulator.js";
export {
  type BleuAccumulator,
  bleuAccumulator,
  type ErrorRateAccumulator,
  errorRateAccumulator,
} from "./streaming/textAccumulators.js";
export { type Bleu, type BleuOptions, bleu } from "./text/bleu.js";
export { type Cider, type CiderOptions, cider } from "./text/cider.js";
export {
  characterErrorRate,
  type EditCounts,
  type ErrorRate,
  editCounts,
  editDistance,
  wordErrorRate,
} from "./text/editDistance.js";
export { type RougeL, type RougeLOptions, rougeL } from "./text/rougeL.js";
export type { Tokenizer } from "./text/tokenize.js";
export type { BinaryOptions, Label, Matrix, MatrixLike } from "./types.js";
export { type BootstrapOptions, bootstrap, bootstrapIndices } from "./uncertainty/bootstrap.js";
export {
  type BootstrapClassificationOptions,
  bootstrapClassification,
  type ClassIntervals,
  type ClassificationIntervals,
} from "./uncertainty/bootstrapClassification.js";
export {
  type BootstrapDetectionOptions,
  bootstrapDetection,
  type DetectionIntervals,
} from "./uncertainty/bootstrapDetection.js";
export { type BootstrapEerOptions, bootstrapEer } from "./uncertainty/bootstrapEer.js";
export {
  type McNemar,
  mcNemar,
  type PairedBootstrap,
  type PermutationOptions,
  type PermutationTest,
  pairedBootstrap,
  permutationTest,
} from "./uncertainty/compare.js";
export type { Interval } from "./uncertainty/interval.js";
export type { ResampleOptions } from "./uncertainty/resample.js";
