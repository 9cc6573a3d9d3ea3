export { type ExportOnnxOptions, exportOnnx } from "./exportOnnx.js";
export { type OnnxOptions, onnxClassifier } from "./onnxClassifier.js";
export { loadOnnxRuntime, type OnnxRuntime, type OnnxSession } from "./onnxRuntime.js";
