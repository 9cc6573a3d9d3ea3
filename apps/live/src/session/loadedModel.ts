import { type FeatureConfig, featureExtractor } from "@earshot/dsp";
import type { Classifier, ModelManifest } from "@earshot/models";
import { z } from "zod";
import type { LiveModelInfo, LoadedModel, ModelOverrides } from "./model.js";
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
 * @param name what clients call it
 * @throws RangeError if the manifest holds no features, or its live part is not understood
 */
export function loadedModel(
  model: Classifier,
  manifest: Pick<ModelManifest, "name" | "features" | "extra">,
  { name = manifest.name ?? "model", ...overrides }: ModelOverrides = {},
): LoadedModel {
  const features = manifest.features as FeatureConfig | undefined;
  if (!features) throw new RangeError(`loadedModel: ${name} names no features, so it cannot listen to audio.`);
  const parsed = liveSchema.safeParse(manifest.extra?.live ?? {});
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new RangeError(`loadedModel: ${name}: extra.live.${path.join(".")}: ${message}.`);
  }
  const live = parsed.data;
  const { task = "other", title = name, ignore = [] } = live;
  const { windowSec = features.durationSec ?? 1, stepSec = 0.25 } = live;
  const threshold = overrides.threshold ?? live.threshold ?? 0.6;
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
  };
  return {
    info,
    async predictProba(batch, count) {
      const x = pooled ? { data: batch, rows: count, cols } : { data: batch, shape: [count, rows, cols] };
      return (await model.predictProba(x)).data;
    },
    dispose: () => model.dispose(),
  };
}
