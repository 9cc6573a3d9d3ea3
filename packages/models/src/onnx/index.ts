export { type ExportOnnxOptions, exportOnnx } from "./exportOnnx.js";
export { type OnnxOptions, onnxClassifier } from "./onnxClassifier.js";
