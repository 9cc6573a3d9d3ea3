export { aWeighting, aWeightingFilter } from "./aWeighting.js";
export { type BiquadOptions, biquad } from "./biquad.js";
export { type ButterworthOptions, butterworth } from "./butterworth.js";
export { type Loudness, type LoudnessMeter, type LoudnessOptions, loudness, loudnessMeter } from "./loudness.js";
export type { Sos, SosSection } from "./sos.js";
export { type SosFiltFiltOptions, sosFilter, sosFilterStream, sosFiltFilt } from "./sosFilter.js";
