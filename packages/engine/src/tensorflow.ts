/** TensorFlow.js for packages that must not import it themselves. Its layers bring the gradients of the core's kernels with them. */
export * as tf from "@tensorflow/tfjs-core";
/** Types of the methods that tensors have from `registerChainedOps`. */
export type {} from "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
/** Keras-like layers on it: `layers.sequential()`, `layers.layers.conv2d(…)`. */
export * as layers from "@tensorflow/tfjs-layers";
