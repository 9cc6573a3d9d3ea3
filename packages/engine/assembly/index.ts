// Kernels on a memory that the host owns: no heap, no statics. Pointers are byte addresses. Every kernel begins with
// (start, end, worker): the range it does, and who does it, for its scratch. See README, "How to add a kernel".
export { packPanels, gemm, batchGemm } from "./gemm";
export { weightSums } from "./weightSums";
export { binary, binaryScalar, binaryRow, unary, scaleRows, leakyGradient, dropout } from "./elementwise";
export { columnSums, joinSums, rowReduce } from "./reduce";
export { softmax, softmaxGradient, crossEntropy, probabilityCrossEntropy } from "./softmax";
export { adam, sgd, rmsprop, lion, blend, squares } from "./optimise";
export { normStats, normApply, normGradStats, normGradApply } from "./normalise";
export { convolve, convolveFilterGradient, convolveInputGradient, joinParts, packFlipped } from "./convolve";
export { fewInputs, fewInputsFilterGradient, fewOutputs } from "./few";
export { upsampleConvolve, upsampleInputGradient } from "./upsample";
export { upsampleFilterGradient, upsampleFilters, upsampleFilterSums } from "./upsampleFilters";
export { depthwise, depthwiseInputGradient, depthwiseFilterGradient, flipTaps } from "./depthwise";
export { winogradConvolve, winogradFilters, winogradFilterSums, winogradFilterGradient } from "./winograd";
export { pool, maxPoolGradient, averagePoolGradient, middleSum, spread } from "./pool";
export { powerIteration, singularValue, spectralGradient } from "./spectral";
export { lstmForward, lstmBackward, gruForward, gruBackward } from "./recurrent";
export { copyRows, transpose, gatherRows, scatterAddRows } from "./move";
export { weightedMoments, halvesMax } from "./attention";
export { compare, logical, select, widen, clip, middleMax, nearest, nearestGradient } from "./choose";
