import { featureExtractor, resample } from "@earshot/dsp";
import { createLevels } from "../core/levels.js";
import type { AudioClip, Prediction } from "../core/types.js";
import type { LiveModel } from "./model.js";
import { strangeLevel } from "./reference.js";
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
  const { features, windowSec, stepSec, levels: like } = model.info;
  const plan = planWindows(features, windowSec, stepSec);
  const { sampleRate, windowSamples, stepSamples } = plan;
  const heard = resample(clip.samples, { from: clip.sampleRate, to: sampleRate });
  const padding = tail === "pad" ? missingTail(plan, heard.length) : 0;
  const samples = new Float32Array(heard.length + padding);
  samples.set(heard);
  const levels = createLevels(Number.POSITIVE_INFINITY);
  if (like) levels.process(clip.samples, clip.sampleRate);
  const extract = featureExtractor(plan.config);
  const predictions: Omit<Prediction, "receivedMs">[] = [];
  for (let start = 0; start + windowSamples <= samples.length; start += stepSamples) {
    const frames = extract(samples.subarray(start, start + windowSamples));
    const startSec = start / sampleRate;
    const endSec = (start + windowSamples) / sampleRate;
    const probabilities = Array.from(await model.predict(frames));
    const notJudged = like && strangeLevel(like, levels.levelDb(startSec, endSec));
    predictions.push({ startSec, endSec, probabilities, ...(notJudged !== undefined && { notJudged }) });
  }
  return predictions;
}
