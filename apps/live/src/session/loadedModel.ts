import { type FeatureConfig, featureExtractor, resolveFeatureConfig } from "@earshot/dsp";
import type { Classifier, ModelManifest } from "@earshot/models";
import { z } from "zod";
import { readDecision } from "./decision.js";
import type { LiveModelInfo, LoadedModel, ModelOverrides } from "./model.js";
import { readLevels } from "./reference.js";
import { planWindows } from "./windowPlan.js";

/** What a model folder's `extra.live` may say; all of it has a default. */
const liveSchema = z.strictObject({
  /** What the model listens for, in a word. */
  task: z.string().optional(),
  title: z.string().optional(),
  windowSec: z.number().positive().max(30).optional(),
  stepSec: z.number().positive().max(30).optional(),
  threshold: z.number().min(0).max(1).optional(),
  ignore: z.array(z.string()).optional(),
});

/** The live part of a model folder. */
export type LiveSettings = z.infer<typeof liveSchema>;

/**
 * A fitted classifier with its manifest, made ready for sessions.
 *
 * The window is what `extra.live.windowSec` of the manifest says, else `features.durationSec`, else 1 s; the step a quarter of a second unless
 * said. A pooled model gets a row a window, any other a tensor of windows × frames × features.
 *
 * Where the manifest has a `decision`, probabilities are calibrated by it, and a detector's threshold and ignored class are its own unless
 * `extra.live` says others. Where it has a `reference`, windows that are silent, or quieter or louder than training, are not judged.
 *
 * @param name what clients call it
 * @throws RangeError if the manifest holds no features, or some that no window can be turned into, or its live part is not understood
 */
export function loadedModel(
  model: Classifier,
  manifest: Pick<ModelManifest, "name" | "features" | "extra" | "decision" | "reference">,
  { name = manifest.name ?? "model", ...overrides }: ModelOverrides = {},
): LoadedModel {
  const features = manifest.features as FeatureConfig | undefined;
  if (!features) throw new RangeError(`loadedModel: ${name} names no features, so it cannot listen to audio.`);
  requireStreamable(name, features);
  const parsed = liveSchema.safeParse(manifest.extra?.live ?? {});
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new RangeError(`loadedModel: ${name}: extra.live.${path.join(".")}: ${message}.`);
  }
  const live = parsed.data;
  const { calibrate, detector } = readDecision(name, manifest.decision, model.classes);
  const levels = readLevels(name, manifest.reference);
  const others = detector ? model.classes.filter((label) => label !== detector.target) : [];
  const { task = "other", title = name, ignore = others } = live;
  const { windowSec = features.durationSec ?? 1, stepSec = 0.25 } = live;
  const threshold = overrides.threshold ?? live.threshold ?? detector?.threshold ?? 0.6;
  const plan = planWindows(features, windowSec, overrides.stepSec ?? stepSec);
  const { rows, cols } = featureExtractor(features)(new Float32Array(plan.windowSamples));
  const pooled = plan.config.pool !== null;
  const info: LiveModelInfo = {
    name,
    task,
    title,
    classes: [...model.classes],
    windowSec: plan.windowSamples / plan.sampleRate,
    stepSec: plan.stepSamples / plan.sampleRate,
    threshold,
    ignore: ignore.filter((label) => model.classes.includes(label)),
    features,
    ...(levels && { levels }),
  };
  return {
    info,
    async predictProba(batch, count) {
      const x = pooled ? { data: batch, rows: count, cols } : { data: batch, shape: [count, rows, cols] };
      return calibrate((await model.predictProba(x)).data);
    },
    dispose: () => model.dispose(),
  };
}

/** Some recipes measure recordings in ways of their own, which windows of a stream cannot be. */
function requireStreamable(name: string, features: FeatureConfig): void {
  try {
    resolveFeatureConfig(features);
  } catch (error) {
    const reason = (error as Error).message.replace(/^resolveFeatureConfig: /, "");
    throw new RangeError(
      `loadedModel: ${name} cannot listen live, its features cannot be computed window by window: ${reason}`,
      { cause: error },
    );
  }
}
