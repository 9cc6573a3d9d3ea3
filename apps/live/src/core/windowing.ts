import { requirePositive } from "./check.js";
import type { AudioChunk, AudioWindow } from "./types.js";

/** Options of {@link createSlidingWindow}. */
export interface SlidingWindowOptions {
  /** Length of each window, s, > 0. */
  windowSec: number;
  /** From the start of one window to the start of the next, s, > 0; above `windowSec` audio is skipped. */
  stepSec: number;
  /**
   * What becomes of audio that no whole window covers when the stream ends: `pad` completes one more window with silence,
   * `drop` (default) leaves it.
   */
  tail?: "pad" | "drop";
}

/** Cuts chunks of any length into windows of one length. */
export interface SlidingWindow {
  /** Takes the next chunk; returns the windows it completes. */
  process(chunk: AudioChunk): AudioWindow[];
  /** Ends the stream: at most one more window. */
  flush(): AudioWindow[];
}

/**
 * Sliding windows over a stream of audio that keep their time. Lengths are rounded to whole samples once, so that the
 * n-th window starts exactly at n steps however long the stream is.
 *
 * @throws RangeError if a length is not positive, or the sample rate changes within the stream
 */
export function createSlidingWindow({ windowSec, stepSec, tail = "drop" }: SlidingWindowOptions): SlidingWindow {
  requirePositive("slidingWindow", "windowSec", windowSec);
  requirePositive("slidingWindow", "stepSec", stepSec);
  let state: WindowState | undefined;

  const take = (s: WindowState): AudioWindow => {
    const window: AudioWindow = {
      startSec: s.originSec + s.start / s.sampleRate,
      endSec: s.originSec + (s.start + s.size) / s.sampleRate,
      sampleRate: s.sampleRate,
      samples: s.kept.slice(s.start - s.keptFrom, s.start - s.keptFrom + s.size),
      receivedMs: s.receivedMs,
    };
    s.covered = s.start + s.size;
    s.start += s.step;
    return window;
  };

  return {
    process(chunk) {
      state ??= begin(chunk, windowSec, stepSec);
      if (chunk.sampleRate !== state.sampleRate) {
        throw new RangeError(
          `slidingWindow: the sample rate must not change, was ${state.sampleRate} and became ${chunk.sampleRate}.`,
        );
      }
      append(state, chunk);
      const windows: AudioWindow[] = [];
      while (state.end >= state.start + state.size) windows.push(take(state));
      return windows;
    },
    flush() {
      if (!state || tail === "drop" || state.end <= Math.max(state.start, state.covered)) return [];
      const missing = state.start + state.size - state.end;
      append(state, { samples: new Float32Array(missing), receivedMs: state.receivedMs });
      return [take(state)];
    },
  };
}

interface WindowState {
  sampleRate: number;
  originSec: number;
  size: number;
  step: number;
  /** Sample at which the next window starts; sample after the last one received; and after the last one in any window. */
  start: number;
  end: number;
  covered: number;
  kept: Float32Array;
  keptFrom: number;
  receivedMs: number;
}

function begin({ sampleRate, startSec }: AudioChunk, windowSec: number, stepSec: number): WindowState {
  requirePositive("slidingWindow", "sampleRate", sampleRate);
  const size = Math.max(1, Math.round(windowSec * sampleRate));
  const step = Math.max(1, Math.round(stepSec * sampleRate));
  const positions = { start: 0, end: 0, covered: 0, keptFrom: 0, receivedMs: 0 };
  return { sampleRate, originSec: startSec, size, step, kept: new Float32Array(0), ...positions };
}

/** Appends and forgets what lies before the next window. */
function append(s: WindowState, { samples, receivedMs }: Pick<AudioChunk, "samples" | "receivedMs">): void {
  const from = Math.min(Math.max(s.start, s.keptFrom), s.end);
  const old = s.kept.subarray(from - s.keptFrom);
  const kept = new Float32Array(old.length + samples.length);
  kept.set(old);
  kept.set(samples, old.length);
  s.kept = kept;
  s.keptFrom = from;
  s.end += samples.length;
  s.receivedMs = receivedMs;
}
