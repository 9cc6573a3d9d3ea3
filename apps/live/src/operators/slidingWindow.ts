import type { OperatorFunction } from "rxjs";
import type { AudioChunk, AudioWindow } from "../core/types.js";
import { createSlidingWindow, type SlidingWindowOptions } from "../core/windowing.js";
import { processWith } from "./processWith.js";

/**
 * Cuts a stream of audio into windows that know their time; see {@link createSlidingWindow}.
 *
 * Not `bufferCount`: it works on samples and emits short windows at the end.
 *
 * @throws RangeError (as the stream's error) if a length is not positive, or the sample rate changes
 */
export function slidingWindow(options: SlidingWindowOptions): OperatorFunction<AudioChunk, AudioWindow> {
  return processWith(() => createSlidingWindow(options));
}
