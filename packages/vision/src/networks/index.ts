export { type ColorScale, imageNetScale, pictureTensor } from "./pictureTensor.js";
export type { Tensors } from "./readPlan.js";
export {
  type LoadedResidual,
  type LoadResidualOptions,
  loadResidualNetwork,
  residualNames,
  residualNetwork,
} from "./residualNetwork.js";
export { type ResidualLayers, type ResidualName, type ResidualPlan, residualPlans } from "./residualPlan.js";
