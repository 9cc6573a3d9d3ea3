export { autocorrelation } from "./autocorrelation.js";
export { type Pyin, type PyinOptions, pyin } from "./pyin.js";
export { type YinOptions, yin, yinStream } from "./yin.js";
export type { PitchFramingOptions } from "./yinFrames.js";
