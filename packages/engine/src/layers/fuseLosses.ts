import { cast, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { isOurs, runKernel } from "../kernels/override.js";

type Loss = (target: Tensor, output: Tensor) => Tensor;

/** A compiled model of tfjs, as far as its losses go. */
export interface LossModel {
  loss: unknown;
  outputNames: string[];
  lossFunctions: Loss[];
}

/** The categorical cross-entropies of a compiled model become one kernel each way, where tfjs has twenty. */
export function fuseLosses(model: LossModel): void {
  const { loss } = model;
  const named = (i: number): unknown =>
    typeof loss === "object" && loss
      ? (loss as Record<string, unknown>)[Array.isArray(loss) ? i : model.outputNames[i]]
      : loss;
  model.lossFunctions = model.lossFunctions.map((plain, i) =>
    named(i) === "categoricalCrossentropy" ? crossEntropyOf(plain) : plain,
  );
}

const crossEntropyOf =
  (plain: Loss): Loss =>
  (target, output) => {
    const fits = target.rank === output.rank && target.shape.every((n, i) => n === output.shape[i]);
    if (!isOurs() || !fits || output.dtype !== "float32") return plain(target, output);
    return tidy(() => {
      const inputs = { probabilities: output, targets: target.dtype === "float32" ? target : cast(target, "float32") };
      return runKernel<Tensor[]>("ProbabilityCrossEntropy", inputs)[0];
    });
  };
