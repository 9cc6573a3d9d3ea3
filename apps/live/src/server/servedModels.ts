import { type FeatureConfig, featureExtractor } from "@earshot/dsp";
import type { Inference } from "../inference/inference.js";
import type { LiveModel, LiveModelInfo } from "../session/model.js";

/** What the server offers to sessions. */
export interface ServedModels {
  readonly names: readonly string[];
  /** The model for one session, or undefined if there is none of that name. */
  forSession(name: string): LiveModel | undefined;
}

/**
 * The server's models as sessions see them: one window goes in, batched with those of others behind the scenes. A session's first window is tried
 * apart, so that a newcomer whose audio breaks a model delays nobody.
 */
export function servedModels(inference: Inference): ServedModels {
  const infos = new Map(inference.infos.map((info) => [info.name, info]));
  return {
    names: [...infos.keys()],
    forSession(name) {
      const info = infos.get(name);
      if (!info) return undefined;
      let known = false;
      return {
        info,
        async predict(features) {
          const probabilities = await inference.predict(name, features.data, !known);
          known = true;
          return probabilities;
        },
      };
    },
  };
}

/**
 * Tries each model on silence: it warms up, and a step that this machine cannot keep is refused at the start instead of dropping windows for ever.
 *
 * @throws RangeError naming the model, what a window takes, and its step
 */
export async function checkPace(inference: Inference): Promise<void> {
  for (const info of inference.infos) {
    const frames = silentWindow(info.features, info);
    const times: number[] = [];
    for (let i = 0; i < 5; i++) {
      const beganMs = performance.now();
      await inference.predict(info.name, frames.slice());
      times.push(performance.now() - beganMs);
    }
    const medianMs = times.sort((a, b) => a - b)[2];
    if (medianMs > info.stepSec * 1000) {
      throw new RangeError(
        `startServer: ${info.name} takes ${medianMs.toFixed(0)} ms a window on this machine, more than its step of ${info.stepSec * 1000} ms; set a longer stepSec.`,
      );
    }
  }
}

const silentWindow = (features: FeatureConfig, { windowSec }: LiveModelInfo): Float32Array =>
  featureExtractor(features)(new Float32Array(Math.round(windowSec * features.sampleRate))).data;
