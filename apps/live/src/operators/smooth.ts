import type { OperatorFunction } from "rxjs";
import { createSmoothing, type SmoothOptions } from "../core/smoothing.js";
import type { Prediction } from "../core/types.js";
import { processWith } from "./processWith.js";

/** Averages overlapping votes; see {@link createSmoothing}. */
export function smooth(options: SmoothOptions): OperatorFunction<Prediction, Prediction> {
  return processWith(() => createSmoothing(options));
}
