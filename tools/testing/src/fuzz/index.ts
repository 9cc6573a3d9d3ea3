export { type Chance, createChance } from "./chance.js";
export { keepInputs, keptInputs } from "./corpus.js";
export { type FuzzFailure, type FuzzRecord, type FuzzTarget, fuzz } from "./fuzz.js";
export { mutate } from "./mutate.js";
export { mutateJson } from "./mutateJson.js";
