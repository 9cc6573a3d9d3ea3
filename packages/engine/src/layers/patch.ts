import { type Tensor, tidy } from "@tensorflow/tfjs-core";
import { hasKernel, isOurs } from "../kernels/override.js";

/** A variable of a layer of tfjs. */
export interface LayerVariable {
  read(): Tensor;
  write(value: Tensor): unknown;
}

export interface Activation {
  getClassName(): string;
  apply(x: Tensor): Tensor;
}

/** What all layers of tfjs have in common, as far as we touch it. */
export interface AnyLayer {
  call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor | Tensor[];
  invokeCallHook?(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): void;
}

/** `undefined` leaves a case to tfjs. */
export type FastCall<L> = (layer: L, x: Tensor, kwargs: Record<string, unknown>) => Tensor | Tensor[] | undefined;

const patched = new WeakSet<object>();

/**
 * Gives a layer class of tfjs a faster way to compute what it computes; other backends and unusual settings keep tfjs' own.
 *
 * @param sample any layer of the class
 */
export function patchCall<L>(sample: object, fast: FastCall<L>): void {
  const prototype = Object.getPrototypeOf(sample) as AnyLayer;
  if (patched.has(prototype)) return;
  patched.add(prototype);
  const original = prototype.call;
  prototype.call = function (this: AnyLayer, inputs, kwargs) {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const single = !Array.isArray(inputs) || inputs.length === 1;
    const fastHere = isOurs() || hasKernel("FusedConv");
    if (!fastHere || !single || x.dtype !== "float32") return original.call(this, inputs, kwargs);
    const y = tidy(() => fast(this as L, x, kwargs ?? {}) as Tensor);
    return y ?? original.call(this, inputs, kwargs);
  };
}

/** A ReLU becomes part of the kernel; what else there is follows. */
export function finish(activation: Activation | null, compute: (relu: boolean) => Tensor): Tensor {
  const name = activation?.getClassName() ?? "linear";
  if (name === "relu" || name === "linear") return compute(name === "relu");
  return (activation as Activation).apply(compute(false));
}
