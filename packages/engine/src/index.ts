export { type Conv2dOptions, conv2d, depthwiseConv2d } from "./ops/convolve.js";
export { softmaxCrossEntropy } from "./ops/crossEntropy.js";
export { dense } from "./ops/dense.js";
export { embedding } from "./ops/embedding.js";
export { type Initialiser, initialise, type Uniform } from "./ops/initialise.js";
export { batchNormPredict, batchNormTrain, dropout, type NormOptions, type TrainedNorm } from "./ops/normalise.js";
export {
  createOptimiser,
  type Optimiser,
  type OptimiserOptions,
  type Slots,
  type StepOptions,
} from "./ops/optimiser.js";
export { type GruWeights, gru, type LstmWeights, lstm, type RecurrentOptions } from "./ops/recurrent.js";
export { engineNeeds, type InstallOptions, installEngine } from "./setup/installEngine.js";
export { type EngineInfo, listEngines } from "./setup/listEngines.js";
export { type Engine, type EngineName, type EngineOptions, useEngine } from "./setup/useEngine.js";
export { layers, tf } from "./tensorflow.js";
