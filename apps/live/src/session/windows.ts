import type { FeatureConfig } from "@earshot/dsp";
import { filter, map, type OperatorFunction, pipe } from "rxjs";
import type { AudioChunk, FrameChunk, FrameWindow } from "../core/types.js";
import { features } from "../operators/features.js";
import { processWith } from "../operators/processWith.js";
import { shareAmong } from "../operators/shareAmong.js";
import { slidingFrames } from "../operators/slidingFrames.js";
import { slidingWindow } from "../operators/slidingWindow.js";
import { groupBy } from "./groupBy.js";
import type { SessionPrediction } from "./results.js";
import type { Track } from "./track.js";
import { windowExtractor, windowSteps } from "./windowFeatures.js";
import { missingTail, nextWindowEnd, type WindowPlan } from "./windowPlan.js";

/** Features computed once for each distinct stream; windows and answers model by model. */
export function windowsOf(
  tracks: readonly Track[],
  tail: "pad" | "drop",
): OperatorFunction<AudioChunk, SessionPrediction> {
  const groups = [...groupBy(tracks, ({ plan }) => featureKey(plan)).values()];
  return shareAmong(
    groups.map((group) => {
      const { shared } = group[0].plan;
      if (!shared) return shareAmong(group.map((track) => pipe(ownWindows(track, tail), track.answer)));
      const plans = group.map((track) => track.plan);
      return pipe(
        features(shared.stream, {
          dueAfter: (n) => Math.min(...plans.map((plan) => nextWindowEnd(plan, n))),
          tailSamples: (n) => (tail === "pad" ? Math.max(...plans.map((plan) => missingTail(plan, n))) : 0),
          // Each step below reads what it is given at once; what must wait for its model is copied then.
          views: true,
        }),
        shareAmong(group.map((track) => pipe(sharedWindows(track), track.answer))),
      );
    }),
  );
}

function sharedWindows({ plan: { config, shared }, admits }: Track): OperatorFunction<FrameChunk, FrameWindow> {
  if (!shared) throw new Error("sharedWindows: this plan shares no frames.");
  const finish = windowSteps(config);
  return (frames$) =>
    frames$.pipe(
      slidingFrames(shared.geometry, { views: true }),
      filter(admits),
      map((window) => ({ ...window, frames: finish(window.frames) })),
    );
}

function ownWindows({ plan, admits }: Track, tail: "pad" | "drop"): OperatorFunction<AudioChunk, FrameWindow> {
  const extract = windowExtractor(plan.config);
  const windowSec = plan.windowSamples / plan.sampleRate;
  const stepSec = plan.stepSamples / plan.sampleRate;
  return (audio$) =>
    audio$.pipe(
      slidingWindow({ windowSec, stepSec, tail }),
      processWith(() => ({
        process: ({ startSec, endSec, receivedMs, samples }) =>
          admits() ? [{ startSec, endSec, receivedMs, frames: extract(samples) }] : [],
      })),
    );
}

const featureKey = ({ shared, config }: WindowPlan): string =>
  shared ? `shared ${canonical(shared.stream)}` : `own ${canonical(config)}`;

/** The same for equal configs whatever the order of their keys. */
const canonical = (config: FeatureConfig): string => JSON.stringify(Object.entries(config).sort());
