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

/**
 * Sliding windows over feature frames: the n-th starts at frame n × stepFrames and at second n × stepFrames × hopLength / sampleRate.
 *
 * @throws RangeError if a number of frames is not a whole number ≥ 1
 */
export function createFrameWindowing(geometry: FrameGeometry): FrameWindowing {
  const { windowFrames, stepFrames } = geometry;
  requireCount("slidingFrames", "windowFrames", windowFrames);
  requireCount("slidingFrames", "stepFrames", stepFrames);
  const { sampleRate, hopLength, windowSamples } = geometry;
  const step = stepFrames * hopLength;
  let kept: Float32Array = new Float32Array(0);
  let keptFrom = 0;
  let end = 0;
  let start = 0;
  return {
    process({ frames, receivedMs, audioSamples = Number.POSITIVE_INFINITY }) {
      if (frames.rows === 0) return [];
      const from = Math.min(Math.max(start, keptFrom), end);
      kept = join(kept.subarray((from - keptFrom) * frames.cols), frames.data);
      keptFrom = from;
      end += frames.rows;
      const windows: FrameWindow[] = [];
      for (; end >= start + windowFrames; start += stepFrames) {
        // In padding only one window counts: the one in which the audio ends, unless the window before covered it.
        const startSample = start * hopLength;
        if (startSample >= audioSamples || (start > 0 && startSample - step + windowSamples >= audioSamples)) continue;
        const first = start - keptFrom;
        const data = kept.slice(first * frames.cols, (first + windowFrames) * frames.cols);
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

function join(a: Float32Array, b: Float32Array): Float32Array {
  const joined = new Float32Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
