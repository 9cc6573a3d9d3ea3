import {
  AdamOptimizer,
  engine,
  type NamedTensorMap,
  type Scalar,
  scalar,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { isOurs } from "../kernels/override.js";
import { stepInPlace } from "../ops/optimiser.js";

/** Adam of tfjs, as far as we touch it. */
interface Adam {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: Scalar & Variable;
  accBeta2: Scalar & Variable;
  accumulatedFirstMoment: { originalName: string; variable: Variable }[];
  accumulatedSecondMoment: { originalName: string; variable: Variable }[];
  incrementIterations(): void;
}

type Gradients = NamedTensorMap | { name: string; tensor: Tensor }[];

let done = false;

/** One kernel a variable in place of a dozen; the state has the same names and numbers, so saved optimizers stay valid. */
export function patchAdam(): void {
  if (done) return;
  done = true;
  const prototype = AdamOptimizer.prototype as unknown as Adam & { applyGradients(gradients: Gradients): void };
  const original = prototype.applyGradients;
  prototype.applyGradients = function (gradients) {
    if (!isOurs()) return original.call(this, gradients);
    const entries: [string, Tensor][] = Array.isArray(gradients)
      ? gradients.map((g) => [g.name, g.tensor])
      : Object.entries(gradients);
    const [power1, power2] = [this.accBeta1.dataSync()[0], this.accBeta2.dataSync()[0]];
    for (const [i, [name, gradient]] of entries.entries()) {
      const parameter = engine().registeredVariables[name];
      this.accumulatedFirstMoment[i] ??= slot(name, "m", parameter);
      this.accumulatedSecondMoment[i] ??= slot(name, "v", parameter);
      if (!gradient) continue;
      const slots = [this.accumulatedFirstMoment[i].variable, this.accumulatedSecondMoment[i].variable];
      stepInPlace("adam", parameter, gradient, slots, [
        ...[this.learningRate / (1 - power1), this.beta1, this.beta2, 1 / Math.sqrt(1 - power2), this.epsilon],
        ...[1, 0, 1],
      ]);
    }
    // As a product of tensors in single precision would be.
    tidy(() => {
      this.accBeta1.assign(scalar(power1 * Math.fround(this.beta1)) as Scalar);
      this.accBeta2.assign(scalar(power2 * Math.fround(this.beta2)) as Scalar);
    });
    this.incrementIterations();
  };
}

const slot = (name: string, suffix: string, like: Variable) => ({
  originalName: `${name}/${suffix}`,
  variable: tidy(() => variable(zerosLike(like), false)),
});
