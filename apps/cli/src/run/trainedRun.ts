import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { FeatureConfig } from "@earshot/dsp";
import type { Classifier, ModelFactory } from "@earshot/models";
import { loadModel } from "@earshot/models/folder";
import { parse } from "yaml";
import { UserError } from "../cli/errors.js";
import type { Decision } from "../decision/decision.js";
import { readFolderFields } from "../decision/folderFields.js";
import { featureConfig } from "../features/featureConfig.js";
import type { Reference } from "../novelty/reference.js";
import { checkRecipe } from "../recipe/load.js";
import type { Recipe } from "../recipe/schema.js";
import { isVisionTask } from "../vision/tasks.js";

/** A model that can be used again. */
export interface TrainedModel {
  name: string;
  model: Classifier;
  /** Null for models that take texts. */
  config: FeatureConfig | null;
  /** Absent for a model folder without its run. */
  recipe?: Recipe;
  /** How scores become probabilities and decisions; absent in folders without a calibration. */
  decision?: Decision;
  /** What training was like; absent in folders that other programs made. */
  reference?: Reference;
}

/**
 * Opens the model of a run folder, or a model folder alone.
 *
 * @param models restores it (default: the kinds of @earshot/models)
 * @throws UserError if there is none; RangeError naming what is wrong with its files
 */
export async function openModel(given: string, models?: Pick<ModelFactory, "restore">): Promise<TrainedModel> {
  const dir = resolve(given);
  const inRun = existsSync(join(dir, "model", "model.json"));
  if (!inRun && !existsSync(join(dir, "model.json"))) {
    const reason = existsSync(dir) ? "holds no trained model" : "does not exist";
    throw new UserError(
      `${given} ${reason}; name a run folder that \`earshot train\` made, such as runs/quickstart-1.`,
    );
  }
  const { model, manifest } = await loadModel(inRun ? join(dir, "model") : dir, models);
  const features = manifest.features as { kind: string } | undefined;
  const config = features ? featureConfig(features, "recordings") : null;
  const file = join(dir, "recipe.yaml");
  const raw: unknown = inRun && existsSync(file) ? parse(await readFile(file, "utf8")) : undefined;
  // Runs on pictures have recipes of their own kinds.
  const recipe = raw && !isVisionTask((raw as { task?: unknown }).task) ? checkRecipe(file, raw as object) : undefined;
  const fields = readFolderFields(given, model.classes, manifest);
  return { name: manifest.name ?? manifest.kind, model, config, ...(recipe && { recipe }), ...fields };
}

/** The same with its network on onnxruntime-node, where that is installed and the network can run there. */
export async function onRuntime<T extends { model: Classifier }>(trained: T): Promise<T> {
  const { onnxClassifier } = await import("@earshot/models/onnx");
  const model = await onnxClassifier(trained.model);
  if (!model) return trained;
  trained.model.dispose();
  return { ...trained, model };
}
