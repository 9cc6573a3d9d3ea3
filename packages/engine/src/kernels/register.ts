import { registerChoices } from "./choose.js";
import { registerConvolution } from "./convolve.js";
import { registerDepthwise } from "./depthwise.js";
import { registerElementwise } from "./elementwise.js";
import { registerMatMul } from "./matmul.js";
import { registerMoves } from "./move.js";
import { registerNormalisation } from "./normalise.js";
import { adoptPlainKernels } from "./override.js";
import { registerPooling } from "./pool.js";
import { registerRecurrent } from "./recurrent.js";
import { registerReductions } from "./reduce.js";
import { registerSoftmax } from "./softmax.js";
import { registerSpectral } from "./spectral.js";
import { registerUpsampling } from "./upsample.js";

/** All kernels of our backend: tfjs' plain ones, then ours in their place. */
export function registerKernels(): void {
  adoptPlainKernels();
  registerElementwise();
  registerMatMul();
  registerReductions();
  registerSoftmax();
  registerConvolution();
  registerUpsampling();
  registerSpectral();
  registerDepthwise();
  registerPooling();
  registerMoves();
  registerRecurrent();
  registerNormalisation();
  registerChoices();
}
