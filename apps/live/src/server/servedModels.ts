import { type FeatureConfig, featureExtractor } from "@earshot/dsp";
import type { Inference } from "../inference/inference.js";
import type { LiveModel, LiveModelInfo } from "../session/model.js";

/** The server's models as sessions see them: one window goes in, batched with those of others behind the scenes. */
export function servedModels(inference: Inference): ReadonlyMap<string, LiveModel> {
  return new Map(
    inference.infos.map((info) => [
      info.name,
      { info, predict: (features) => inference.predict(info.name, features.data) },
    ]),
  );
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
