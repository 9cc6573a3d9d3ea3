import { registerKernels } from "../kernels/register.js";
import { patchLayers } from "../layers/patchLayers.js";
import { registerChainedOps } from "./chainedOps.js";
import { explainMissingKernels } from "./explainMissingKernels.js";

let done = false;

/** What every engine but `cpu` needs, once a process: tensors' methods, our kernels and gradients, and layers that use them. */
export function registerAll(): void {
  if (done) return;
  done = true;
  registerChainedOps();
  registerKernels();
  patchLayers();
  explainMissingKernels();
}
