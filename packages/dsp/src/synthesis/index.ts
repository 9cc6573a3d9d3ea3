export type { DurationOptions } from "./duration.js";
export { type NoiseColor, type NoiseOptions, noise } from "./noise.js";
export { type ChirpOptions, chirp, type ToneOptions, tone } from "./tone.js";
