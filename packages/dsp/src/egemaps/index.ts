export { type EgemapsOptions, egemapsDescriptors, egemapsDescriptorsStream } from "./egemaps.js";
export { egemapsDescriptorNames, egemapsFunctionalNames } from "./names.js";
export { egemaps } from "./summary.js";
