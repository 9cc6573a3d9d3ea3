import {
  add,
  backend,
  div,
  matMul,
  mul,
  norm,
  reshape,
  sum,
  type Tensor,
  type Tensor2D,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { isOurs, runKernel } from "../kernels/override.js";
import { iterateInPlace, matrixOf } from "../kernels/spectral.js";
import { expectFloats, expectShape } from "./check.js";
import { ownNumbers } from "./optimiser.js";

/** The singular vectors of a weight, as far as they are known: of all its axes but the last as one, and of the last. */
export interface SingularVectors {
  /** [all axes but the last, 1] */
  left: Variable;
  /** [last axis, 1]; anything but 0 to begin with */
  right: Variable;
}

function expectVectors(fn: string, weight: Tensor, { left, right }: SingularVectors): void {
  if (weight.rank < 2) throw new RangeError(`${fn}: weight must have 2 axes or more, got [${weight.shape}].`);
  const [rows, columns] = matrixOf(weight);
  expectFloats(fn, { weight, left, right });
  expectShape(fn, "left", left, [rows, 1]);
  expectShape(fn, "right", right, [columns, 1]);
}

/**
 * A round of the power iteration towards a weight's largest singular value; the vectors change in place. One a training step is enough
 * once a few have been made at the beginning.
 *
 * @param weight [..., outputs]
 * @throws RangeError if the vectors do not fit
 * Source: Miyato, Kataoka, Koyama & Yoshida 2018, algorithm 1.
 */
export function powerIteration(weight: Tensor, vectors: SingularVectors): void {
  expectVectors("powerIteration", weight, vectors);
  const { left, right } = vectors;
  if (isOurs()) {
    const ours = backend() as EarshotBackend;
    for (const vector of [left, right]) ownNumbers(ours, vector);
    iterateInPlace(
      ours,
      matrixOf(weight),
      [weight, left, right].map((t) => ours.address(t)),
    );
    return;
  }
  tidy(() => {
    const matrix: Tensor2D = reshape(weight, matrixOf(weight));
    const unit = (x: Tensor): Tensor => div(x, add(norm(x), 1e-12));
    left.assign(unit(matMul(matrix, right as Tensor2D)));
    right.assign(unit(matMul(matrix, left as Tensor2D, true)));
  });
}

/**
 * A weight divided by the singular value of these vectors, its largest once they have settled. The gradient goes through the value, not
 * through the vectors.
 *
 * @param weight [..., outputs]
 * @returns the same shape
 * @throws RangeError if the vectors do not fit
 * Source: Miyato, Kataoka, Koyama & Yoshida 2018; as `torch.nn.utils.parametrizations.spectral_norm`.
 */
export function spectralNorm(weight: Tensor, vectors: SingularVectors): Tensor {
  expectVectors("spectralNorm", weight, vectors);
  const { left, right } = vectors;
  if (isOurs()) {
    const [y, sigma] = runKernel<Tensor[]>("SpectralNorm", { weight, left, right });
    sigma.dispose();
    return y;
  }
  return tidy(() => {
    const matrix: Tensor2D = reshape(weight, matrixOf(weight));
    return div(weight, sum(mul(left, matMul(matrix, right as Tensor2D))));
  });
}
