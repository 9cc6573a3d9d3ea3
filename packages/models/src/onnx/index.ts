export { exportOnnx } from "./exportOnnx.js";
export { type OnnxOptions, onnxClassifier } from "./onnxClassifier.js";
