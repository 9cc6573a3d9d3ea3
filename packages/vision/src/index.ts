export { type ImageAugmentation, imageAugmenter } from "./augment/augmentImage.js";
export { extendedLbp, type LbpCodes } from "./features/extendedLbp.js";
export { type HogOptions, hog } from "./features/hog.js";
export {
  type GridOptions,
  gridHistogram,
  type LbpMethod,
  type LbpOptions,
  localBinaryPattern,
} from "./features/lbp.js";
export {
  type Keypoint,
  type Keypoints,
  type Match,
  type MatchOptions,
  matchKeypoints,
  type OrbOptions,
  orb,
} from "./features/orb.js";
export { type ColorConversion, convertColor, toGray, toRgb } from "./images/color.js";
export {
  type Component,
  type Contour,
  type ContourOptions,
  connectedComponents,
  convexHull,
  findContours,
  minAreaRectangle,
  simplifyContour,
} from "./images/contours.js";
export { type DrawOptions, drawBoxes, drawOutline, drawPoints } from "./images/draw.js";
export {
  adaptiveThreshold,
  type BlurOptions,
  type CannyOptions,
  canny,
  filterImage,
  type GradientOptions,
  type Gradients,
  gaussianBlur,
  laplacian,
  medianBlur,
  scharr,
  sobel,
  type ThresholdOptions,
  threshold,
} from "./images/filters.js";
export {
  type Border,
  channelMeans,
  crop,
  flip,
  type Interpolation,
  type PadOptions,
  pad,
  type ResizeOptions,
  resize,
  rotate90,
} from "./images/geometry.js";
export {
  type ClaheOptions,
  clahe,
  equalizeHistogram,
  type HistogramOptions,
  histogram,
} from "./images/histogram.js";
export {
  type Circle,
  type CircleOptions,
  type HoughLine,
  houghCircles,
  houghLines,
  houghSegments,
  type LineOptions,
  type Segment,
  type SegmentOptions,
} from "./images/hough.js";
export { type AnyImage, createImage, type Image, type Point, type Rectangle } from "./images/image.js";
export { type MorphologyOperation, type MorphologyOptions, morphology } from "./images/morphology.js";
export {
  type AffineMatrix,
  findHomography,
  invertAffine,
  movePoint,
  type PerspectiveMatrix,
  perspectiveMatrix,
  rotationMatrix,
  similarityMatrix,
  type WarpOptions,
  warpAffine,
  warpPerspective,
} from "./images/warp.js";
export { loadOpenCv, openCvHeapBytes } from "./opencv/load.js";
