import { type FeatureConfig, featureExtractor, resolveFeatureConfig } from "@earshot/dsp";
import { requirePositive } from "../core/check.js";
import type { FrameGeometry } from "../core/frameWindowing.js";

/** How a model's windows lie on the audio, and how their features are made. */
export interface WindowPlan {
  config: FeatureConfig;
  sampleRate: number;
  windowSamples: number;
  stepSamples: number;
  /**
   * Set when the frames can be computed once on the stream and shared: the config of that stream, and where windows lie on its frames.
   * Otherwise each window's features are computed from its samples.
   */
  shared?: { stream: FeatureConfig; geometry: FrameGeometry };
}

/**
 * Plans a model's windows.
 *
 * A config streams when each frame depends on its own samples alone: not centred, no trimming, no pre-emphasis (its first sample knows the one
 * before the window), and no `topDb` below a cosine transform. Pooling, normalisation, derivatives and the `topDb` of a
 * log-mel spectrogram are applied to each window of shared frames. Steps are rounded to whole hops then, so that windows start on frames.
 *
 * @throws RangeError if a length is not positive, the config is wrong, or a window holds no frame
 */
export function planWindows(features: FeatureConfig, windowSec: number, stepSec: number): WindowPlan {
  requirePositive("planWindows", "windowSec", windowSec);
  requirePositive("planWindows", "stepSec", stepSec);
  const config = resolveFeatureConfig(features);
  const { sampleRate, hopLength } = config;
  const windowSamples = Math.max(1, Math.round(windowSec * sampleRate));
  const plan: WindowPlan = {
    config,
    sampleRate,
    windowSamples,
    stepSamples: Math.max(1, Math.round(stepSec * sampleRate)),
  };
  const clip = new Float32Array(windowSamples);
  if (featureExtractor(config)(clip).rows === 0) {
    const frame = "nFft" in config ? config.nFft : 1;
    throw new RangeError(`planWindows: a window of ${windowSec} s is shorter than a frame (${frame} samples).`);
  }
  const topDb = "topDb" in config ? config.topDb : null;
  const streams =
    "center" in config &&
    !config.center &&
    config.kind !== "pcen" && // knows the frames before the window
    config.trim === null &&
    config.preEmphasis === 0 &&
    (config.durationSec === null || Math.round(config.durationSec * sampleRate) === windowSamples) &&
    (topDb === null || config.kind === "logMel");
  if (!streams) return plan;

  const plain = { durationSec: null, durationAlign: "start", deltas: 0, normalize: "none", pool: null } as const;
  const stream = { ...config, ...plain, ...("topDb" in config && { topDb: null }) } as FeatureConfig;
  const stepFrames = Math.max(1, Math.round(plan.stepSamples / hopLength));
  plan.stepSamples = stepFrames * hopLength;
  const windowFrames = featureExtractor(stream)(clip).rows;
  plan.shared = { stream, geometry: { sampleRate, hopLength, windowFrames, stepFrames, windowSamples } };
  return plan;
}

/** The sample after which the next window is complete, once `after` samples are there. */
export function nextWindowEnd({ windowSamples, stepSamples }: WindowPlan, after: number): number {
  return windowSamples + Math.max(0, Math.floor((after - windowSamples) / stepSamples) + 1) * stepSamples;
}

/** Samples of silence that complete the window in which the audio ends; 0 if windows cover it all, or there is none. */
export function missingTail({ windowSamples, stepSamples }: WindowPlan, audioSamples: number): number {
  if (audioSamples === 0) return 0;
  const complete = audioSamples < windowSamples ? 0 : Math.floor((audioSamples - windowSamples) / stepSamples) + 1;
  const start = complete * stepSamples;
  const covered = complete === 0 ? 0 : start - stepSamples + windowSamples;
  return covered >= audioSamples || start >= audioSamples ? 0 : start + windowSamples - audioSamples;
}
