import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Classifier } from "@earshot/models";
import { loadModel } from "@earshot/models/folder";
import { loadedModel } from "./loadedModel.js";
import type { LoadedModel, ModelSource } from "./model.js";

/**
 * Loads a model into this thread: a model folder, a run folder that holds one as `model/`, or a module of yours.
 *
 * @throws RangeError naming what is wrong in the folder; TypeError if a module exports no `createModel`
 */
export async function openModel(source: ModelSource): Promise<LoadedModel> {
  if ("module" in source) {
    const module: { createModel?: () => LoadedModel | Promise<LoadedModel> } = await import(source.module);
    if (typeof module.createModel !== "function") {
      throw new TypeError(`openModel: ${source.module} must export a function createModel.`);
    }
    return module.createModel();
  }
  const { folder, ...overrides } = source;
  const { model, manifest } = await loadModel(modelFolder(folder));
  const fast = await onRuntime(model, manifest.state as NetworkState);
  const name = overrides.name ?? manifest.name ?? basename(resolve(folder));
  const loaded = loadedModel(fast ?? model, manifest, { ...overrides, name });
  return fast ? { ...loaded, native: true } : loaded;
}

/** The model folder itself: run folders hold theirs as `model/`. */
export function modelFolder(folder: string): string {
  const inside = join(folder, "model");
  return !existsSync(join(folder, "model.json")) && existsSync(join(inside, "model.json")) ? inside : folder;
}

interface NetworkState {
  kind: string;
  steps?: readonly { kind: string }[];
}

/** Networks predict several times as fast on onnxruntime-node, where that is installed; other models stay as they are. */
async function onRuntime(model: Classifier, { kind, steps }: NetworkState): Promise<Classifier | undefined> {
  if ((steps?.at(-1)?.kind ?? kind) !== "neuralClassifier") return undefined;
  const { onnxClassifier } = await import("@earshot/models/onnx");
  const fast = await onnxClassifier(model);
  if (fast) model.dispose();
  return fast;
}
