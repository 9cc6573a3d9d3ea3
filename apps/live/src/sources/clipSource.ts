import { Observable } from "rxjs";
import { requireInRange, requirePositive } from "../core/check.js";
import type { AudioChunk, AudioClip } from "../core/types.js";
import { type AudioSource, noCounts } from "./types.js";

/** Options of {@link clipSource}. */
export interface ClipSourceOptions {
  /** For people (default "clip"). */
  name?: string;
  /** `realtime` (default) gives each chunk when its last sample would have been heard; `fast` gives them one after the other. */
  pace?: "realtime" | "fast";
  /** Length of a chunk, ms, in [1, 10000] (default 20). */
  chunkMs?: number;
  /** Times faster than real time when paced, > 0 (default 1). */
  speed?: number;
}

/**
 * A recording as a source. `fast` yields to other work between chunks, so that a consumer can keep up and stop it.
 *
 * @throws RangeError if an option is out of range
 */
export function clipSource({ samples, sampleRate }: AudioClip, options: ClipSourceOptions = {}): AudioSource {
  const { name = "clip", pace = "realtime", chunkMs = 20, speed = 1 } = options;
  requirePositive("clipSource", "sampleRate", sampleRate);
  requireInRange("clipSource", "chunkMs", chunkMs, 1, 10_000);
  requirePositive("clipSource", "speed", speed);
  const size = Math.max(1, Math.round((chunkMs / 1000) * sampleRate));
  const counters = noCounts();

  const chunks$ = new Observable<AudioChunk>((subscriber) => {
    const beganMs = performance.now();
    let at = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const dueMs = (end: number) => beganMs + ((end / sampleRate) * 1000) / speed;
    const step = () => {
      do {
        if (at >= samples.length) return subscriber.complete();
        const end = Math.min(samples.length, at + size);
        if (pace === "realtime" && performance.now() < dueMs(end)) break;
        const chunk = { startSec: at / sampleRate, sampleRate, samples: samples.subarray(at, end) };
        counters.chunks++;
        counters.audioSec = end / sampleRate;
        at = end;
        subscriber.next({ ...chunk, receivedMs: performance.now() });
      } while (!subscriber.closed && pace === "realtime");
      if (subscriber.closed) return;
      const waitMs = pace === "fast" ? 0 : dueMs(Math.min(samples.length, at + size)) - performance.now();
      timer = setTimeout(step, Math.max(0, waitMs));
    };
    timer = setTimeout(step, 0);
    return () => clearTimeout(timer);
  });
  return { name, chunks$, counters };
}
