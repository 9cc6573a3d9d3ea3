import { fused, type Tensor, type Tensor2D } from "@tensorflow/tfjs-core";
import { isOurs, runKernel } from "../kernels/override.js";
import { expectFloats, expectShape } from "./check.js";

/**
 * A dense layer: x·kernel + bias, and ReLU where asked for.
 *
 * @param x [n, inputs]
 * @param kernel [inputs, units]
 * @param bias [units], or none
 * @param options.relu (default false)
 * @returns [n, units]; its gradient is one kernel too
 */
export function dense(x: Tensor, kernel: Tensor, bias?: Tensor, { relu = false }: { relu?: boolean } = {}): Tensor {
  if (x.rank !== 2 || kernel.rank !== 2 || x.shape[1] !== kernel.shape[0]) {
    throw new RangeError(
      `dense: x [${x.shape}] and kernel [${kernel.shape}] do not fit; x must be [n, ${kernel.shape[0]}].`,
    );
  }
  expectFloats("dense", { x, kernel, bias });
  expectShape("dense", "bias", bias, [kernel.shape[1] as number]);
  if (!isOurs()) {
    return fused.matMul({ a: x as Tensor2D, b: kernel as Tensor2D, bias, activation: relu ? "relu" : "linear" });
  }
  return runKernel("Dense", bias ? { x, kernel, bias } : { x, kernel }, { relu });
}
