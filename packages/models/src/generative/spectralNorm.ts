import { powerIteration, spectralNorm, type tf } from "@earshot/engine";
import type { Parameters } from "./parameters.js";

/** A weight, as it is used: itself, or divided by its largest singular value. */
export interface NormedWeight {
  readonly variable: tf.Variable;
  /** The weight to compute with; gradients reach the variable, through the singular value as well. */
  use(): tf.Tensor;
  /** One round of the power iteration towards the largest singular value. Once a training step. */
  iterate(): void;
}

/**
 * A weight under spectral normalisation: its largest singular value, outputs against all other axes, is 1.
 *
 * @param spectral false for the plain weight
 * Source: Miyato, Kataoka, Koyama & Yoshida 2018; one round of power iteration a step, as `torch.nn.utils.parametrizations.spectral_norm`.
 */
export function normedWeight(parameters: Parameters, shape: readonly number[], spectral: boolean): NormedWeight {
  const variable = parameters.make("glorotNormal", shape);
  if (!spectral) return { variable, use: () => variable, iterate() {} };
  const outputs = shape[shape.length - 1];
  const right = parameters.state("lecunNormal", [outputs, 1]);
  const left = parameters.state("zeros", [variable.size / outputs, 1]);
  const iterate = (): void => powerIteration(variable, { left, right });
  // The first step should not begin with a singular value that was guessed.
  for (let i = 0; i < 5; i++) iterate();
  return { variable, use: () => spectralNorm(variable, { left, right }), iterate };
}
