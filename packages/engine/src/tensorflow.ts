/** TensorFlow.js for packages that must not import it themselves. Its layers bring the gradients of the core's kernels with them. */
export * as tf from "@tensorflow/tfjs-core";
export * as layers from "@tensorflow/tfjs-layers";
