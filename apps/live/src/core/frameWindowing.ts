import { requireCount } from "./check.js";
import type { FrameChunk, FrameWindow, Matrix } from "./types.js";

/** How windows lie on a stream of frames. All windows start on a frame, so that shared frames serve every model. */
export interface FrameGeometry {
  sampleRate: number;
  /** Samples between two frames. */
  hopLength: number;
  /** Frames in a window. */
  windowFrames: number;
  /** Frames from the start of one window to the start of the next. */
  stepFrames: number;
  /** Samples that a window spans, from the first of its first frame to the last of its last. */
  windowSamples: number;
}

/** Cuts frames into windows. */
export interface FrameWindowing {
  /** Takes the next frames; returns the windows they complete. */
  process(chunk: FrameChunk): FrameWindow[];
}

/** Options of {@link createFrameWindowing}. */
export interface FrameWindowingOptions {
  /** Windows are views that the next call overwrites, which spares a copy to who reads them at once (default false). */
  views?: boolean;
}

/**
 * Sliding windows over feature frames: the n-th starts at frame n × stepFrames and at second n × stepFrames × hopLength / sampleRate.
 *
 * @throws RangeError if a number of frames is not a whole number ≥ 1
 */
export function createFrameWindowing(
  geometry: FrameGeometry,
  { views = false }: FrameWindowingOptions = {},
): FrameWindowing {
  const { windowFrames, stepFrames } = geometry;
  requireCount("slidingFrames", "windowFrames", windowFrames);
  requireCount("slidingFrames", "stepFrames", stepFrames);
  const { sampleRate, hopLength, windowSamples } = geometry;
  const step = stepFrames * hopLength;
  // Frames keptFrom to end, from row `head` of `kept` on: moved to the front once a windowful, not with every chunk.
  let kept = new Float32Array(0);
  let head = 0;
  let keptFrom = 0;
  let end = 0;
  let start = 0;

  const append = ({ data, rows, cols }: Matrix): void => {
    const from = Math.min(Math.max(start, keptFrom), end);
    head += from - keptFrom;
    keptFrom = from;
    const rowsKept = end - from;
    if ((head + rowsKept + rows) * cols > kept.length) {
      const old = kept;
      if ((windowFrames + rowsKept + rows) * cols > old.length) {
        kept = new Float32Array(2 * (windowFrames + rowsKept + rows) * cols);
      }
      kept.set(old.subarray(head * cols, (head + rowsKept) * cols));
      head = 0;
    }
    kept.set(data, (head + rowsKept) * cols);
    end += rows;
  };

  return {
    process({ frames, receivedMs, audioSamples = Number.POSITIVE_INFINITY }) {
      if (frames.rows === 0) return [];
      append(frames);
      const windows: FrameWindow[] = [];
      for (; end >= start + windowFrames; start += stepFrames) {
        // In padding only one window counts: the one in which the audio ends, unless the window before covered it.
        const startSample = start * hopLength;
        if (startSample >= audioSamples || (start > 0 && startSample - step + windowSamples >= audioSamples)) continue;
        const first = (head + start - keptFrom) * frames.cols;
        const last = first + windowFrames * frames.cols;
        const data = views ? kept.subarray(first, last) : kept.slice(first, last);
        const startSec = (start * hopLength) / sampleRate;
        windows.push({
          startSec,
          endSec: (start * hopLength + windowSamples) / sampleRate,
          frames: { data, rows: windowFrames, cols: frames.cols },
          receivedMs,
        });
      }
      return windows;
    },
  };
}

/** All windows of a matrix of frames at once: the batch twin of {@link createFrameWindowing}. */
export function frameWindows(frames: Matrix, geometry: FrameGeometry): FrameWindow[] {
  return createFrameWindowing(geometry).process({ frames, receivedMs: 0 });
}
