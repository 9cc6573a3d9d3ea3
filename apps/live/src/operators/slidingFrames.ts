import type { OperatorFunction } from "rxjs";
import { createFrameWindowing, type FrameGeometry, type FrameWindowingOptions } from "../core/frameWindowing.js";
import type { FrameChunk, FrameWindow } from "../core/types.js";
import { processWith } from "./processWith.js";

/** Cuts a stream of feature frames into windows that know their time; see {@link createFrameWindowing}. */
export function slidingFrames(
  geometry: FrameGeometry,
  options?: FrameWindowingOptions,
): OperatorFunction<FrameChunk, FrameWindow> {
  return processWith(() => createFrameWindowing(geometry, options));
}
