import { tf } from "@earshot/engine";
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
  const matrix = (): tf.Tensor2D => tf.reshape(variable, [variable.size / outputs, outputs]);
  const unit = (x: tf.Tensor): tf.Tensor => tf.div(x, tf.add(tf.norm(x), 1e-12));
  const iterate = (): void => {
    tf.tidy(() => {
      left.assign(unit(tf.matMul(matrix(), right as tf.Tensor2D)));
      right.assign(unit(tf.matMul(matrix(), left as tf.Tensor2D, true)));
    });
  };
  // The first step should not begin with a singular value that was guessed.
  for (let i = 0; i < 5; i++) iterate();
  return {
    variable,
    use() {
      const sigma = tf.sum(tf.mul(left, tf.matMul(matrix(), right as tf.Tensor2D)));
      return tf.div(variable, sigma);
    },
    iterate,
  };
}
