export { type AnalyseTalkingVideoOptions, analyseTalkingVideo } from "./analyseTalkingVideo.js";
export { type ReadImageOptions, readImage } from "./readImage.js";
export { type ReadVideoOptions, readVideo, type VideoFacts } from "./readVideo.js";
export { type EncodeImageOptions, encodeImage, type ImageFormat, writeImage } from "./writeImage.js";
