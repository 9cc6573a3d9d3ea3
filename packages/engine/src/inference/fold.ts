import type { AffineStep, ConvolutionStep, DenseStep, InferenceStep, StepActivation } from "./steps.js";

const isLinear = ({ activation = "linear" }: { activation?: StepActivation }): boolean => activation === "linear";

/**
 * The same network in fewer steps: normalisation moves into the convolution or dense layer before it, and activations into what
 * they follow.
 */
export function fold(steps: readonly InferenceStep[]): InferenceStep[] {
  const out: InferenceStep[] = [];
  for (const step of steps) {
    const before = out[out.length - 1];
    const merged = before && merge(before, step);
    if (merged) out[out.length - 1] = merged;
    else if (step.op === "residual") out.push({ ...step, steps: fold(step.steps), shortcut: fold(step.shortcut) });
    else out.push(step);
  }
  return out;
}

function merge(before: InferenceStep, step: InferenceStep): InferenceStep | undefined {
  const weighs = before.op === "conv2d" || before.op === "depthwiseConv2d" || before.op === "dense";
  if (step.op === "affine" && weighs && isLinear(before)) return scaled(before, step);
  if (step.op === "activation" && (weighs || before.op === "affine") && isLinear(before)) {
    return { ...before, activation: step.activation };
  }
  return undefined;
}

/** Outputs are the last axis of a kernel, depthwise the one before it: in either case the fastest that is longer than 1. */
function scaled<S extends ConvolutionStep | DenseStep>(step: S, { scale, offset, activation }: AffineStep): S {
  const { kernel, bias } = step;
  const outputs = scale.length;
  const data = kernel.data.map((v, i) => v * scale[i % outputs]);
  const shifted = offset.map((v, c) => v + (bias ? bias[c] * scale[c] : 0));
  return { ...step, kernel: { ...kernel, data }, bias: shifted, ...(activation && { activation }) };
}
