import { requireInRange } from "./check.js";
import type { Prediction } from "./types.js";

/** Options of {@link createEventDetection}. */
export interface EventOptions {
  /** Names of the probabilities, in their order. */
  classes: readonly string[];
  /** Probability at or above which an event may begin, in [0, 1]. */
  threshold: number;
  /** Probability below which a running event may end, in [0, threshold] (default threshold − 0.1, at least half the threshold). */
  releaseThreshold?: number;
  /** How long the probability must stay up before an event begins, ms, ≥ 0 (default 200). */
  minMs?: number;
  /** How long it must stay down before the event ends, ms, ≥ 0 (default `minMs`). */
  releaseMs?: number;
  /** Classes that never make an event: background, neutral, bona fide (default none). */
  ignore?: readonly string[];
}

/** Something began or ended. Times are those of the audio, not of the answer. */
export type LiveEvent =
  | { kind: "start"; label: string; startSec: number; probability: number }
  | { kind: "end"; label: string; startSec: number; endSec: number; probability: number };

/** Turns predictions into debounced events, one running at a time. */
export interface EventDetection {
  /** What this prediction begins or ends: nothing, one event, or the end of one and the start of the next. */
  process(prediction: Prediction): LiveEvent[];
  /** Ends the stream, and with it a running event. */
  flush(): LiveEvent[];
}

/**
 * Debounced events with hysteresis: a class that stays at or above `threshold` for `minMs` starts an event; it ends when its
 * probability stays below `releaseThreshold` for `releaseMs`, or when another class starts one. Start and end are told as the times
 * at which the probability crossed, and an end carries the highest probability seen.
 *
 * @throws RangeError if a threshold is outside [0, 1], the release threshold is above the threshold, or a time is negative
 */
export function createEventDetection(options: EventOptions): EventDetection {
  const {
    classes,
    threshold,
    releaseThreshold = Math.max(threshold / 2, threshold - 0.1),
    minMs = 200,
    releaseMs = minMs,
  } = options;
  requireInRange("toEvents", "threshold", threshold, 0, 1);
  requireInRange("toEvents", "releaseThreshold", releaseThreshold, 0, threshold);
  requireInRange("toEvents", "minMs", minMs, 0, 60_000);
  requireInRange("toEvents", "releaseMs", releaseMs, 0, 60_000);
  const eligible = classes.map((name) => !options.ignore?.includes(name));

  let rising: { index: number; sinceSec: number } | undefined;
  let running: { index: number; startSec: number; peak: number; fallingSinceSec?: number } | undefined;
  let lastSec = 0;

  const end = (endSec: number): LiveEvent[] => {
    if (!running) return [];
    const { index, startSec, peak } = running;
    running = undefined;
    return [{ kind: "end", label: classes[index], startSec, endSec, probability: peak }];
  };

  return {
    process({ endSec: nowSec, probabilities }) {
      lastSec = nowSec;
      const events: LiveEvent[] = [];
      if (running) {
        const p = probabilities[running.index];
        running.peak = Math.max(running.peak, p);
        running.fallingSinceSec = p < releaseThreshold ? (running.fallingSinceSec ?? nowSec) : undefined;
        const since = running.fallingSinceSec;
        if (since !== undefined && elapsed(since, nowSec) >= releaseMs) events.push(...end(since));
      }
      const top = strongest(probabilities, eligible);
      const candidate =
        top !== undefined && top !== running?.index && probabilities[top] >= threshold ? top : undefined;
      rising =
        candidate === undefined
          ? undefined
          : rising?.index === candidate
            ? rising
            : { index: candidate, sinceSec: nowSec };
      if (rising && elapsed(rising.sinceSec, nowSec) >= minMs) {
        const { index, sinceSec } = rising;
        events.push(...end(sinceSec));
        running = { index, startSec: sinceSec, peak: probabilities[index] };
        events.push({ kind: "start", label: classes[index], startSec: sinceSec, probability: probabilities[index] });
        rising = undefined;
      }
      return events;
    },
    flush: () => end(running?.fallingSinceSec ?? lastSec),
  };
}

/** A microsecond forgives the rounding of times that are sums of steps. */
const elapsed = (fromSec: number, toSec: number): number => (toSec - fromSec) * 1000 + 1e-3;

function strongest(probabilities: readonly number[], eligible: readonly boolean[]): number | undefined {
  let best: number | undefined;
  for (let i = 0; i < probabilities.length; i++) {
    if (eligible[i] && (best === undefined || probabilities[i] > probabilities[best])) best = i;
  }
  return best;
}
