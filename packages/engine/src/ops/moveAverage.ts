import { add, backend, mul, type Tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import type { EarshotBackend } from "../backend/backend.js";
import { isOurs } from "../kernels/override.js";
import { expectFloats, expectShape } from "./check.js";
import { ownNumbers } from "./optimiser.js";

/**
 * Moves an average towards a value, in place: average = decay · average + (1 − decay) · value.
 *
 * @param value of the average's shape
 * @param decay in [0, 1]; what is kept of the average
 */
export function moveAverage(average: Variable, value: Tensor, decay: number): void {
  if (!(decay >= 0 && decay <= 1)) throw new RangeError(`moveAverage: decay must be in [0, 1], got ${decay}.`);
  expectFloats("moveAverage", { average, value });
  expectShape("moveAverage", "value", value, average.shape);
  if (!isOurs()) {
    tidy(() => average.assign(add(mul(average, decay), mul(value, 1 - decay))));
    return;
  }
  const ours = backend() as EarshotBackend;
  ownNumbers(ours, average);
  ours.pool.run("blend", average.size, 16384, ours.address(average), ours.address(value), decay, 1 - decay);
}
