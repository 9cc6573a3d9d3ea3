import { requireCount, requireInRange } from "../core/check.js";
import type { VoiceActivityOptions } from "../core/voiceActivity.js";

/** Settings of one listener. */
export interface SessionConfig {
  /** How easily events start: 0.5 (default) keeps each model's threshold, 1 lowers it to a half, 0 raises it half-way to 1. */
  sensitivity?: number;
  /** How far back predictions are averaged, s, in [0, 10] (default 0.5). */
  latencySec?: number;
  /** How long a probability must stay up for an event to start, and down for it to end, ms (default 200). */
  minMs?: number;
  /** Leave out windows in which nobody can be heard (default false). */
  gate?: boolean | VoiceActivityOptions;
  /** Windows of a model that may wait while one is worked on; one more drops the oldest (default 4). */
  capacity?: number;
  /** Whether the end of the audio is padded with silence to a whole window (default "pad"), or dropped. */
  tail?: "pad" | "drop";
  /** Share of windows that are dropped before their features are finished, in [0, 1], asked for at each: a server that is short of time gives some up (default 0). */
  shed?: () => number;
}

export interface ResolvedSessionConfig extends Required<Omit<SessionConfig, "gate">> {
  gate: VoiceActivityOptions | undefined;
}

/** @throws RangeError if a setting is out of range */
export function resolveSessionConfig(config: SessionConfig): ResolvedSessionConfig {
  const {
    sensitivity = 0.5,
    latencySec = 0.5,
    minMs = 200,
    gate = false,
    capacity = 4,
    tail = "pad",
    shed = () => 0,
  } = config;
  requireInRange("session", "sensitivity", sensitivity, 0, 1);
  requireInRange("session", "latencySec", latencySec, 0, 10);
  requireInRange("session", "minMs", minMs, 0, 60_000);
  requireCount("session", "capacity", capacity);
  return { sensitivity, latencySec, minMs, capacity, tail, shed, gate: gate === true ? {} : gate || undefined };
}

/** A model's threshold, moved by the listener's sensitivity. */
export function eventThreshold(threshold: number, sensitivity: number): number {
  return sensitivity >= 0.5 ? threshold * (1.5 - sensitivity) : threshold + (1 - threshold) * (0.5 - sensitivity);
}
