export { setTransform, setFrames, probe, spectra } from "./frames";
export { setMel, setLog, setDct, features, levels, clampedCosine } from "./features";
export { setInverse, overlapAdd, refit, scale } from "./inverse";
export { setSingle, singleSpectra } from "./single";
export { squareSums, signChanges } from "./level";
export { impose, vocode } from "./phases";
export { interpolate } from "./interpolate";
export { polyphase } from "./polyphase";
export { correlate, difference } from "./correlation";
