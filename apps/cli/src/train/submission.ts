import type { AudioClip } from "@earshot/datasets";
import type { FeatureConfig } from "@earshot/dsp";
import type { Classifier } from "@earshot/models";
import type { OpenedData } from "../data/openData.js";
import { csvField, predictedClasses } from "../judge/predictions.js";
import type { Labelled } from "./items.js";
import { type PrepareOptions, prepareData } from "./prepareData.js";
import { predictItems } from "./runTurns.js";

/**
 * `id,label` for the items that came without a label, as a competition's test folder: what the model takes each for.
 *
 * @returns the file's content; undefined where every item has a label
 */
export async function submissionOf(
  model: Classifier,
  { unlabelledItems, pictures }: Pick<OpenedData, "unlabelledItems" | "pictures">,
  config: FeatureConfig | null,
  options: PrepareOptions,
): Promise<string | undefined> {
  if (unlabelledItems.length === 0 || (config === null && !pictures)) return undefined;
  const items = unlabelledItems.map((item) => ({ ...item, label: "" })) as Labelled<AudioClip>[];
  const how = { config, augment: null };
  const prepared = await prepareData({ items, ...(pictures && { pictures }) }, how, options);
  const test = prepared.items.map((_, i) => i);
  const predictions = await predictItems(model, prepared, { name: "submission", test });
  const labels = predictedClasses(predictions);
  const lines = predictions.ids.map((id, i) => `${csvField(id)},${csvField(labels[i])}`);
  return `${["id,label", ...lines].join("\n")}\n`;
}
