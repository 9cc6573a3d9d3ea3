export { setTransform, setFrames, setMel, setLog, setDct, probe, features, clampedCosine, spectra } from "./frames";
export { setInverse, overlapAdd, refit, scale } from "./inverse";
export { setSingle, realTransform } from "./single";
export { impose, vocode } from "./phases";
