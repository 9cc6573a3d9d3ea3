import * as tfc from "@tensorflow/tfjs-core";
import { BACKEND, isOurs } from "../kernels/override.js";

/** tfjs says of a kernel that nobody has registered only that it is not registered; with our backend, the way out as well. */
export function explainMissingKernels(): void {
  const engine = tfc.engine() as unknown as { runKernel(name: string, ...rest: unknown[]): unknown };
  const original = engine.runKernel;
  engine.runKernel = function (name, ...rest) {
    try {
      return original.call(this, name, ...rest);
    } catch (error) {
      if (!isOurs() || tfc.getKernel(name, BACKEND)) throw error;
      throw new Error(
        `engine: there is no kernel "${name}"; register one with tf.registerKernel({ kernelName: "${name}", backendName: "${BACKEND}", … }), or use other operations.`,
      );
    }
  };
}
