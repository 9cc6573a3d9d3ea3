import { requireFinite } from "./check.js";
import type { PadMode } from "./frame.js";

export interface FeedOptions {
  /** Samples that a frame needs. */
  frameLength: number;
  hopLength: number;
  /** Half a frame of padding comes before the signal and, at the end, after it. */
  center: boolean;
  /** "constant" (the default) or "edge": others would look ahead. */
  padMode?: PadMode;
}

/** Cuts a signal that comes in chunks into frames; allocates nothing once it has seen its largest chunk. */
export interface Feed {
  /** Frames that lie in `samples` now, the first at its beginning, each a hop after the other; they are gone with the next call. */
  push(chunk: Float32Array): number;
  /** Frames that the padding after the signal completes. */
  finish(): number;
  reset(): void;
  readonly samples: Float32Array;
}

export function createFeed(fn: string, options: FeedOptions): Feed {
  const { frameLength, hopLength, center, padMode = "constant" } = options;
  if (center && padMode !== "constant" && padMode !== "edge") {
    throw new RangeError(
      `${fn}: padMode must be "constant" or "edge" when centred, since others look ahead, got ${padMode}; or set center: false.`,
    );
  }
  const padding = center ? Math.floor(frameLength / 2) : 0;
  let samples = new Float32Array(2 * frameLength + 4 * hopLength);
  let filled = padding;
  // Samples of `samples` that no frame needs any more; beyond them, samples to come that none needs, when frames do not touch.
  let used = 0;
  let started = false;
  // In an array: a closed-over number would be boxed anew with every chunk.
  const latest = new Float32Array(1);

  const append = (chunk: Float32Array): number => {
    if (used > 0) {
      const drop = Math.min(used, filled);
      samples.copyWithin(0, drop, filled);
      filled -= drop;
      used -= drop;
    }
    const from = Math.min(used, chunk.length);
    used -= from;
    const fresh = chunk.length - from;
    if (filled + fresh > samples.length) {
      const larger = new Float32Array(2 * (filled + fresh));
      larger.set(samples.subarray(0, filled));
      samples = larger;
    }
    for (let i = from, at = filled; i < chunk.length; i++, at++) samples[at] = chunk[i];
    filled += fresh;
    const frames = filled < frameLength ? 0 : 1 + Math.floor((filled - frameLength) / hopLength);
    used += frames * hopLength;
    return frames;
  };
  return {
    get samples() {
      return samples;
    },
    push(chunk) {
      requireFinite(fn, "chunk", chunk);
      if (chunk.length > 0) {
        if (!started && padMode === "edge") samples.fill(chunk[0], 0, padding);
        started = true;
        latest[0] = chunk[chunk.length - 1];
      }
      return append(chunk);
    },
    finish: () =>
      padding > 0 && started ? append(new Float32Array(padding).fill(padMode === "edge" ? latest[0] : 0)) : 0,
    reset() {
      samples.fill(0);
      filled = padding;
      used = 0;
      started = false;
    },
  };
}
