export {
  type AudioVisualClassifier,
  type AudioVisualFit,
  type AudioVisualOptions,
  type Fusion,
  restoreAudioVisual,
  type Senses,
  trainAudioVisual,
} from "./audioVisualClassifier.js";
export { type EnergyFilter, energyFilter, keepEnergy } from "./energy.js";
export { type GateWeights, gatedProbabilities, type Rows } from "./gate.js";
export type { GateOptions } from "./trainGate.js";
