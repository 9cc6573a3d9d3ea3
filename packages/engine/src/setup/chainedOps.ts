import * as tfc from "@tensorflow/tfjs-core";

/** Operations that tfjs also offers as methods of a tensor, by the same name. */
const names = (
  "abs acos acosh add all any argMax argMin asin asinh atan atan2 atanh avgPool batchNorm batchToSpaceND broadcastTo cast ceil " +
  "clipByValue concat conv1d conv2d conv2dTranspose cos cosh cumprod cumsum depthToSpace depthwiseConv2d dilation2d div divNoNan dot " +
  "elu equal erf euclideanNorm exp expandDims expm1 fft floor floorDiv gather greater greaterEqual ifft irfft isFinite isInf isNaN " +
  "leakyRelu less lessEqual localResponseNormalization log log1p logSigmoid logSoftmax logSumExp logicalAnd logicalNot logicalOr " +
  "logicalXor matMul max maxPool maximum mean min minimum mirrorPad mod mul neg norm notEqual oneHot onesLike pad pool pow prelu " +
  "prod reciprocal relu relu6 reshape resizeBilinear resizeNearestNeighbor reverse rfft round rsqrt selu separableConv2d sigmoid " +
  "sign sin sinh slice softmax softplus spaceToBatchND split sqrt square squaredDifference squeeze stack step stridedSlice sub sum " +
  "tan tanh tile topk transpose unique unsortedSegmentSum unstack where zerosLike"
).split(" ");

type Method = (this: tfc.Tensor, ...args: unknown[]) => unknown;

/** Gives tensors the methods that the union package `@tensorflow/tfjs` gives them; layers of tfjs rely on some. */
export function registerChainedOps(): void {
  const operations = tfc as unknown as Record<string, (...args: unknown[]) => unknown>;
  const prototype = tfc.Tensor.prototype as unknown as Record<string, Method>;
  const define = (name: string, method: Method): void => {
    if (!(name in prototype))
      Object.defineProperty(prototype, name, { value: method, configurable: true, writable: true });
  };
  for (const name of names) {
    const operation = operations[name];
    if (operation) {
      define(name, function (...args) {
        return operation(this, ...args);
      });
    }
  }
  define("flatten", function () {
    return tfc.reshape(this, [this.size]);
  });
  define("asScalar", function () {
    return tfc.reshape(this, []);
  });
  define("asType", function (dtype) {
    return tfc.cast(this, dtype as tfc.DataType);
  });
  define("toFloat", function () {
    return tfc.cast(this, "float32");
  });
  define("toInt", function () {
    return tfc.cast(this, "int32");
  });
  define("toBool", function () {
    return tfc.cast(this, "bool");
  });
  for (const rank of [1, 2, 3, 4, 5]) {
    define(`as${rank}D`, function (...shape) {
      return tfc.reshape(this, rank === 1 ? [this.size] : (shape as number[]));
    });
  }
}
