import { map, type Observable, pipe } from "rxjs";
import type { LiveEvent } from "../core/eventDetection.js";
import { createLevels } from "../core/levels.js";
import { resampleTo } from "../operators/resampleTo.js";
import { shareAmong } from "../operators/shareAmong.js";
import type { AudioSource } from "../sources/types.js";
import { createGate } from "./gate.js";
import { groupBy } from "./groupBy.js";
import type { LiveModel } from "./model.js";
import type { SessionCounters, SessionPrediction } from "./results.js";
import { resolveSessionConfig, type SessionConfig } from "./sessionConfig.js";
import { createTrack } from "./track.js";
import { windowsOf } from "./windows.js";

/** Audio on its way to predictions: all state of one listener. */
export interface Session {
  /** Predictions of all models as they come; completes when the source has ended and all windows are worked off. Subscribe once. */
  predictions$: Observable<SessionPrediction>;
  readonly counters: Readonly<SessionCounters>;
  /** Events that are running; after completion, those the end of the audio ended. */
  endings(): { model: string; event: LiveEvent }[];
}

/**
 * All state of one listener: one source, several models on shared feature streams.
 *
 * Resampling and features are computed once for all models that agree on them; each model then has its own windows, queue, smoothing and events.
 * A model's error is the stream's error. Windows that are silent, or too quiet or loud for what a model was trained on, carry the reason as `notJudged`,
 * and make no events.
 *
 * @param source where the audio comes from
 * @param models at least one; shared with other sessions
 * @throws RangeError if there is no model or a setting is out of range
 */
export function session(source: AudioSource, models: readonly LiveModel[], config: SessionConfig = {}): Session {
  const settings = resolveSessionConfig(config);
  if (models.length === 0) throw new RangeError("session: at least one model is needed, got none.");
  const counters: SessionCounters = { audioSec: 0, predictions: 0, dropped: 0, gated: 0 };
  const gate = settings.gate ? createGate(settings.gate) : undefined;
  const levels = createLevels(Math.max(...models.map(({ info }) => info.windowSec)) + 1);
  const measured = models.some(({ info }) => info.levels !== undefined);
  const tracks = models.map((model) => createTrack(model, settings, counters, gate, levels));

  const heard$ = source.chunks$.pipe(
    map((chunk) => {
      counters.audioSec += chunk.samples.length / chunk.sampleRate;
      gate?.hear(chunk);
      if (measured) levels.process(chunk.samples, chunk.sampleRate);
      return chunk;
    }),
  );
  const byRate = [...groupBy(tracks, (track) => String(track.plan.sampleRate)).values()];
  const predictions$ = heard$.pipe(
    shareAmong(byRate.map((group) => pipe(resampleTo(group[0].plan.sampleRate), windowsOf(group, settings.tail)))),
  );
  return { predictions$, counters, endings: () => tracks.flatMap((track) => track.endings()) };
}
