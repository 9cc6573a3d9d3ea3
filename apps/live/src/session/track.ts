import { map, mergeMap, type OperatorFunction } from "rxjs";
import { createEventDetection, type LiveEvent } from "../core/eventDetection.js";
import type { Levels } from "../core/levels.js";
import { createSmoothing } from "../core/smoothing.js";
import type { FrameWindow, Prediction } from "../core/types.js";
import { boundedConcatMap } from "../operators/boundedConcatMap.js";
import type { Gate } from "./gate.js";
import type { LiveModel, LiveModelInfo } from "./model.js";
import { strangeLevel } from "./reference.js";
import type { SessionCounters, SessionPrediction } from "./results.js";
import { eventThreshold, type ResolvedSessionConfig } from "./sessionConfig.js";
import { createSieve } from "./sieve.js";
import { planWindows, type WindowPlan } from "./windowPlan.js";

/** One model's part of a session. */
export interface Track {
  plan: WindowPlan;
  /** Whether the next window is worked on; if not, it is counted as dropped. */
  admits(): boolean;
  answer: OperatorFunction<FrameWindow, SessionPrediction>;
  endings(): { model: string; event: LiveEvent }[];
}

export function createTrack(
  model: LiveModel,
  settings: ResolvedSessionConfig,
  counters: SessionCounters,
  gate: Gate | undefined,
  levels: Levels,
): Track {
  const { name, classes, ignore } = model.info;
  const plan = planOf(model.info);
  const smoothing = createSmoothing({
    latencySec: settings.latencySec,
    stepSec: plan.stepSamples / plan.sampleRate,
  });
  const threshold = eventThreshold(model.info.threshold, settings.sensitivity);
  const events = createEventDetection({ classes, threshold, ignore, minMs: settings.minMs });
  // Below any threshold, also one of 0.
  const none = classes.map(() => -1);
  let dropped = 0;
  const drop = () => {
    dropped++;
    counters.dropped++;
  };
  const passes = createSieve(settings.shed);
  const admits = () => {
    const passed = passes();
    if (!passed) drop();
    return passed;
  };

  const judgeable = (window: FrameWindow): FrameWindow => {
    const { levels: like } = model.info;
    const notJudged = like && strangeLevel(like, levels.levelDb(window.startSec, window.endSec));
    return notJudged === undefined ? window : { ...window, notJudged };
  };

  const predict = async (window: FrameWindow): Promise<Prediction> => {
    const { startSec, endSec, receivedMs, notJudged } = window;
    const probabilities = Array.from(await model.predict(window.frames));
    const prediction = { startSec, endSec, receivedMs, probabilities };
    // What is not judged has no vote in what is.
    return notJudged === undefined ? smoothing.process(prediction) : { ...prediction, notJudged };
  };
  const answer: OperatorFunction<FrameWindow, SessionPrediction> = (windows$) =>
    windows$.pipe(
      mergeMap((window) => {
        if (!gate || gate.passes(window)) return [judgeable(window)];
        counters.gated++;
        return [];
      }),
      boundedConcatMap(predict, {
        capacity: settings.capacity,
        keep: (window) => ({ ...window, frames: { ...window.frames, data: window.frames.data.slice() } }),
        onDrop: drop,
      }),
      map(({ receivedMs, ...prediction }) => {
        counters.predictions++;
        const heard = prediction.notJudged === undefined ? prediction.probabilities : none;
        const found = events.process({ ...prediction, receivedMs, probabilities: heard });
        const lagMs = Math.max(0, performance.now() - receivedMs);
        return { model: name, ...prediction, lagMs, events: found, dropped };
      }),
    );
  return { plan, admits, answer, endings: () => events.flush().map((event) => ({ model: name, event })) };
}

const plans = new WeakMap<LiveModelInfo, WindowPlan>();

/** Planned once a model, not once a listener. */
function planOf(info: LiveModelInfo): WindowPlan {
  const known = plans.get(info);
  if (known) return known;
  const plan = planWindows(info.features, info.windowSec, info.stepSec);
  plans.set(info, plan);
  return plan;
}
