export { createFft, type Fft } from "./fft.js";
export { type FrameOptions, frame, frameCount, frameTimes, type PadMode } from "./frame.js";
export * from "./istft.js";
export { createRng, type Rng } from "./random.js";
export * from "./realFft.js";
export { type StftOptions, stft } from "./stft.js";
export type { AudioClip, ComplexMatrix, FloatArray, Matrix } from "./types.js";
export { getWindow, type WindowName, type WindowOptions, type WindowSpec } from "./window.js";
