import { featureExtractor, resample } from "@earshot/dsp";
import type { AudioClip, Prediction } from "../core/types.js";
import type { LiveModel } from "./model.js";
import { missingTail, planWindows } from "./windowPlan.js";

/**
 * Batch twin of a session: every window of a clip, each with the features of its own samples, not smoothed.
 *
 * @param clip mono audio at any rate
 * @param options.tail whether the end is padded with silence to a whole window (default "pad"), or dropped
 * @returns one prediction a window. A session on the same clip gives the same within 1e-6
 * @throws RangeError if samples hold NaN or ±∞
 */
export async function predictClip(
  clip: AudioClip,
  model: LiveModel,
  { tail = "pad" }: { tail?: "pad" | "drop" } = {},
): Promise<Omit<Prediction, "receivedMs">[]> {
  const plan = planWindows(model.info.features, model.info.windowSec, model.info.stepSec);
  const { sampleRate, windowSamples, stepSamples } = plan;
  const heard = resample(clip.samples, { from: clip.sampleRate, to: sampleRate });
  const padding = tail === "pad" ? missingTail(plan, heard.length) : 0;
  const samples = new Float32Array(heard.length + padding);
  samples.set(heard);
  const extract = featureExtractor(plan.config);
  const predictions: Omit<Prediction, "receivedMs">[] = [];
  for (let start = 0; start + windowSamples <= samples.length; start += stepSamples) {
    const frames = extract(samples.subarray(start, start + windowSamples));
    predictions.push({
      startSec: start / sampleRate,
      endSec: (start + windowSamples) / sampleRate,
      probabilities: Array.from(await model.predict(frames)),
    });
  }
  return predictions;
}
