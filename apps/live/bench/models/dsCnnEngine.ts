import { loadModel } from "@earshot/models/folder";
import { shippedModels } from "../../src/server/shippedModels.js";
import { loadedModel } from "../../src/session/loadedModel.js";
import type { LoadedModel } from "../../src/session/model.js";

/** The shipped digits net on the engine's compiled network, also where onnxruntime-node is installed. */
export async function createModel(): Promise<LoadedModel> {
  const [digits] = shippedModels(["digits"]);
  if (!("folder" in digits)) throw new Error("dsCnnEngine: the shipped digits are no folder.");
  const { model, manifest } = await loadModel(digits.folder);
  return loadedModel(model, manifest, { name: "dsCnnEngine" });
}
