export { type EgemapsOptions, egemaps, egemapsDescriptors } from "./egemaps.js";
export { egemapsDescriptorNames, egemapsFunctionalNames } from "./names.js";
