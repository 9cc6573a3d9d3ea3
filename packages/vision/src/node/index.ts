export { type ReadImageOptions, readImage } from "./readImage.js";
export { type EncodeImageOptions, encodeImage, type ImageFormat, writeImage } from "./writeImage.js";
