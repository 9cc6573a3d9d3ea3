export { alignFace } from "./align.js";
export { type HaarOptions, haarDetector } from "./haar.js";
export { intersectionOverUnion, suppress } from "./suppress.js";
export type { Face, FaceDetector, FaceLandmarks } from "./types.js";
export { ultrafaceDetector } from "./ultraface.js";
export { type NetworkDetectorOptions, type YunetOptions, yunetDetector } from "./yunet.js";
