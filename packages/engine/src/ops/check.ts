import type { Tensor } from "@tensorflow/tfjs-core";

/**
 * Kernels read memory by address, so what they are given must be what they take for granted.
 *
 * @param fn the function that was called, for the message
 * @throws TypeError if a tensor that is given holds no float32 numbers
 */
export function expectFloats(fn: string, tensors: Record<string, Tensor | undefined>): void {
  for (const [name, tensor] of Object.entries(tensors)) {
    if (tensor && tensor.dtype !== "float32") {
      throw new TypeError(`${fn}: ${name} must be float32, got ${tensor.dtype}; use tf.cast(${name}, "float32").`);
    }
  }
}

/** @throws RangeError if a tensor that is given has another shape */
export function expectShape(fn: string, name: string, tensor: Tensor | undefined, shape: readonly number[]): void {
  if (tensor && (tensor.rank !== shape.length || shape.some((n, i) => tensor.shape[i] !== n))) {
    throw new RangeError(`${fn}: ${name} must be [${shape.join(",")}], got [${tensor.shape}].`);
  }
}

/** @throws RangeError if a step or distance is no whole number above 0 */
export function expectSteps(fn: string, name: string, steps: number | readonly number[]): void {
  for (const n of [steps].flat()) {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`${fn}: ${name} must be whole numbers above 0, got ${n}.`);
  }
}
