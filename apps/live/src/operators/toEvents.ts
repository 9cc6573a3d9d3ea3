import type { OperatorFunction } from "rxjs";
import { createEventDetection, type EventOptions, type LiveEvent } from "../core/eventDetection.js";
import type { Prediction } from "../core/types.js";
import { processWith } from "./processWith.js";

/** Debounced starts and ends with hysteresis; see {@link createEventDetection}. */
export function toEvents(options: EventOptions): OperatorFunction<Prediction, LiveEvent> {
  return processWith(() => createEventDetection(options));
}
