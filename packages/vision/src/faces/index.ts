export { alignFace } from "./align.js";
export {
  type EmbeddingState,
  type FaceEmbedding,
  loadFaceEmbedding,
  type TrainedFaceEmbedding,
} from "./embedding.js";
export { type FaceFeatureKind, faceFeatures } from "./faceFeatures.js";
export { createGallery, type FaceGallery, type GalleryOptions, type Identity } from "./gallery.js";
export { type HaarOptions, haarDetector } from "./haar.js";
export { type OnnxEmbeddingOptions, type OnnxFaceEmbedding, onnxFaceEmbedding } from "./onnxEmbedding.js";
export { patternNearest } from "./patternNearest.js";
export { type FaceRecognizerKind, type FaceRecognizerPlan, recognizers } from "./recognizers.js";
export { intersectionOverUnion, suppress } from "./suppress.js";
export { type TrainEmbeddingOptions, trainFaceEmbedding } from "./trainEmbedding.js";
export type { Face, FaceDetector, FaceLandmarks } from "./types.js";
export { ultrafaceDetector } from "./ultraface.js";
export { type NetworkDetectorOptions, type YunetOptions, yunetDetector } from "./yunet.js";
