import { map, mergeMap, type OperatorFunction } from "rxjs";
import { createEventDetection, type LiveEvent } from "../core/eventDetection.js";
import { createSmoothing } from "../core/smoothing.js";
import type { FrameWindow, Prediction } from "../core/types.js";
import { boundedConcatMap } from "../operators/boundedConcatMap.js";
import type { Gate } from "./gate.js";
import type { LiveModel, LiveModelInfo } from "./model.js";
import type { SessionCounters, SessionPrediction } from "./results.js";
import { eventThreshold, type ResolvedSessionConfig } from "./sessionConfig.js";
import { planWindows, type WindowPlan } from "./windowPlan.js";

/** One model's part of a session. */
export interface Track {
  plan: WindowPlan;
  answer: OperatorFunction<FrameWindow, SessionPrediction>;
  endings(): { model: string; event: LiveEvent }[];
}

export function createTrack(
  model: LiveModel,
  settings: ResolvedSessionConfig,
  counters: SessionCounters,
  gate: Gate | undefined,
): Track {
  const { name, classes, ignore } = model.info;
  const plan = planOf(model.info);
  const smoothing = createSmoothing({
    latencySec: settings.latencySec,
    stepSec: plan.stepSamples / plan.sampleRate,
  });
  const threshold = eventThreshold(model.info.threshold, settings.sensitivity);
  const events = createEventDetection({ classes, threshold, ignore, minMs: settings.minMs });
  let dropped = 0;

  const predict = async (window: FrameWindow): Promise<Prediction> => {
    const { startSec, endSec, receivedMs } = window;
    const probabilities = Array.from(await model.predict(window.frames));
    return smoothing.process({ startSec, endSec, receivedMs, probabilities });
  };
  const answer: OperatorFunction<FrameWindow, SessionPrediction> = (windows$) =>
    windows$.pipe(
      mergeMap((window) => {
        if (!gate || gate.passes(window)) return [window];
        counters.gated++;
        return [];
      }),
      boundedConcatMap(predict, {
        capacity: settings.capacity,
        onDrop: () => {
          dropped++;
          counters.dropped++;
        },
      }),
      map(({ receivedMs, ...prediction }) => {
        counters.predictions++;
        const found = events.process({ ...prediction, receivedMs });
        const lagMs = Math.max(0, performance.now() - receivedMs);
        return { model: name, ...prediction, lagMs, events: found, dropped };
      }),
    );
  return { plan, answer, endings: () => events.flush().map((event) => ({ model: name, event })) };
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
