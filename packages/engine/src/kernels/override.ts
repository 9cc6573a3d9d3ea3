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

/** Whether the current backend has a kernel; names that tfjs does not know are ours, or routes to another library's own. */
export const hasKernel = (kernelName: string): boolean => getKernel(kernelName, tfc.getBackend()) !== undefined;

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

const replaced = new Map<string, tfc.GradConfig>();

/**
 * Replaces a gradient where our backend is in use, or one that has `kernel`; other backends keep tfjs' own.
 *
 * @param kernel what `ours` runs, where other backends may have it too
 */
export function overrideGradient(kernelName: string, ours: GradFunc, kernel?: string): void {
  const plain = getGradient(kernelName);
  if (plain) unregisterGradient(kernelName);
  const takes = (): boolean => isOurs() || !plain || (kernel !== undefined && hasKernel(kernel));
  const config: tfc.GradConfig = {
    ...plain,
    kernelName,
    gradFunc: (dy, saved, attrs) => (takes() ? ours(dy, saved, attrs) : plain.gradFunc(dy, saved, attrs)),
  };
  registerGradient(config);
  replaced.set(kernelName, config);
}

/** Brings our gradients back after another copy of TensorFlow.js has registered its own. */
export function restoreGradients(): void {
  for (const [name, config] of replaced) {
    if (getGradient(name) === config) continue;
    unregisterGradient(name);
    registerGradient(config);
  }
}

/** Runs a kernel that tfjs has no name for. */
export function runKernel<T = tfc.Tensor>(name: string, inputs: Record<string, tfc.Tensor>, attrs: object = {}): T {
  return tfc.engine().runKernel(name, inputs, attrs as NamedAttrMap) as T;
}

/** What tfjs' engine does for `customGrad`, but with gradients that are made only for inputs that need them. */
interface TapingEngine {
  runKernelFunc<T extends tfc.Tensor | tfc.Tensor[]>(task: {
    forwardFunc: (backend: unknown, save: (tensors: tfc.Tensor[]) => void) => T;
    backwardsFunc: (dy: T, saved: tfc.Tensor[]) => Record<string, () => tfc.Tensor>;
    inputs: Record<string, tfc.Tensor>;
  }): T;
}

/**
 * One result of several kernels, or more than one, with a gradient of its own.
 *
 * @param forward saves what the gradient reads; everything else that it makes is disposed of
 * @param gradient a function an input
 */
export function taped<T extends tfc.Tensor | tfc.Tensor[]>(
  inputs: Record<string, tfc.Tensor>,
  forward: (save: (tensors: tfc.Tensor[]) => void) => T,
  gradient: (dy: T, saved: tfc.Tensor[]) => Record<string, () => tfc.Tensor>,
): T {
  return (tfc.engine() as unknown as TapingEngine).runKernelFunc({
    forwardFunc: (_backend, save) => forward(save),
    backwardsFunc: gradient,
    inputs,
  });
}
