export type { BatchAugmentation } from "./augment.js";
export type { Checkpoint } from "./checkpoint.js";
export { describeNetwork, type LayerSummary } from "./describe.js";
export type { ActivationName } from "./layers/activation.js";
export type { LayerSpec } from "./layers/specs.js";
export { type NetworkOptions, namedNetwork, networkNames } from "./networks.js";
export { type NeuralClassifier, neuralClassifier } from "./neuralClassifier.js";
export type { EarlyStopping, NeuralClassifierOptions } from "./options.js";
export type { Schedule } from "./schedule.js";
