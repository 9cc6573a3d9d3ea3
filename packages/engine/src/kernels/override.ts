import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import * as tfc from "@tensorflow/tfjs-core";
import {
  type GradFunc,
  getGradient,
  getKernel,
  getKernelsForBackend,
  type NamedAttrMap,
  registerGradient,
  registerKernel,
  type TensorInfo,
  unregisterGradient,
} from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";

/** The name under which tfjs knows our backend: `tf.setBackend("earshot")`. */
export const BACKEND = "earshot";

export type Inputs = Record<string, TensorInfo>;
/** A kernel of ours; `undefined` leaves the case to tfjs' own kernel. */
// biome-ignore lint/suspicious/noExplicitAny: tfjs types attributes by kernel; each kernel states what it reads
export type OurKernel<A = any> = (
  backend: EarshotBackend,
  inputs: Inputs,
  attrs: A,
) => TensorInfo | TensorInfo[] | undefined;

/** Whether the current backend is ours. */
export const isOurs = (): boolean => tfc.getBackend() === BACKEND;

/** Gives our backend tfjs' plain kernels, all of them; ours then replace those that matter. */
export function adoptPlainKernels(): void {
  // Naming the class keeps bundlers from dropping the import whose side effect registers the kernels.
  if (!MathBackendCPU) return;
  for (const config of getKernelsForBackend("cpu")) {
    if (!getKernel(config.kernelName, BACKEND)) registerKernel({ ...config, backendName: BACKEND });
  }
}

/** Registers a kernel of ours in place of the plain one, which stays for the cases that ours declines. */
export function override(kernelName: string, ours: OurKernel): void {
  const plain = getKernel(kernelName, "cpu");
  tfc.unregisterKernel(kernelName, BACKEND);
  registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const out = ours(backend as EarshotBackend, inputs as Inputs, attrs as NamedAttrMap);
      if (out) return out;
      if (!plain) throw new Error(`engine: ${kernelName} has no kernel for these inputs.`);
      return plain.kernelFunc({ inputs, backend, attrs });
    },
  });
}

/** Registers a kernel that tfjs does not have. */
export function define(kernelName: string, ours: OurKernel): void {
  registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: ({ inputs, backend, attrs }) => ours(backend as EarshotBackend, inputs as Inputs, attrs) as TensorInfo,
  });
}

/** A gradient of a kernel of ours: one function an input, called only for inputs that need it. */
export function defineGradient(
  kernelName: string,
  inputsToSave: string[],
  outputsToSave: boolean[],
  gradient: (dy: tfc.Tensor, saved: tfc.Tensor[], attrs: object) => Record<string, () => tfc.Tensor>,
): void {
  registerGradient({
    kernelName,
    inputsToSave,
    outputsToSave,
    gradFunc: (dy, saved, attrs) => gradient(Array.isArray(dy) ? dy[0] : dy, saved, attrs),
  });
}

/** Replaces a gradient where our backend is in use; other backends keep tfjs' own. */
export function overrideGradient(kernelName: string, ours: GradFunc): void {
  const plain = getGradient(kernelName);
  if (plain) unregisterGradient(kernelName);
  registerGradient({
    ...plain,
    kernelName,
    gradFunc: (dy, saved, attrs) => (isOurs() || !plain ? ours(dy, saved, attrs) : plain.gradFunc(dy, saved, attrs)),
  });
}

/** Runs a kernel that tfjs has no name for. */
export function runKernel<T = tfc.Tensor>(name: string, inputs: Record<string, tfc.Tensor>, attrs: object = {}): T {
  return tfc.engine().runKernel(name, inputs, attrs as NamedAttrMap) as T;
}
