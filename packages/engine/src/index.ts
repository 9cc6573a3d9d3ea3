export { compileModel } from "./inference/compileModel.js";
export { type CompiledNetwork, compileNetwork } from "./inference/compileNetwork.js";
export type { InferenceStep, StepActivation } from "./inference/steps.js";
export { isInstalled } from "./native/engineFolder.js";
export { isNative, type NativeEngine, type NativeName, nativeEngines, nativeNames } from "./native/engines.js";
export { type Conv2dOptions, conv2d, depthwiseConv2d } from "./ops/convolve.js";
export { softmaxCrossEntropy } from "./ops/crossEntropy.js";
export { dense } from "./ops/dense.js";
export { embedding } from "./ops/embedding.js";
export { gradientNorm } from "./ops/gradientNorm.js";
export { type Initialiser, initialise, type Uniform } from "./ops/initialise.js";
export { moveAverage } from "./ops/moveAverage.js";
export { batchNormPredict, batchNormTrain, dropout, type NormOptions, type TrainedNorm } from "./ops/normalise.js";
export {
  createOptimiser,
  type Optimiser,
  type OptimiserOptions,
  type Slots,
  type StepOptions,
} from "./ops/optimiser.js";
export { type GruWeights, gru, type LstmWeights, lstm, type RecurrentOptions } from "./ops/recurrent.js";
export { powerIteration, type SingularVectors, spectralNorm } from "./ops/spectralNorm.js";
export { upsampleConv2d } from "./ops/upsampleConvolve.js";
export type { PassedOver } from "./setup/chooseEngine.js";
export { type EngineInfo, type ListOptions, listEngines } from "./setup/listEngines.js";
export type { Speed } from "./setup/measure.js";
export { type Engine, type EngineName, type EngineOptions, engineNames, useEngine } from "./setup/useEngine.js";
export { layers, tf } from "./tensorflow.js";
