import { loadedModel, shippedModels } from "@earshot/live";
import { loadModel } from "@earshot/models/folder";

/** The shipped digits net on the engine's compiled network, also where onnxruntime-node is installed. */
export async function createModel() {
  const [{ folder }] = shippedModels(["digits"]);
  const { model, manifest } = await loadModel(folder);
  return loadedModel(model, manifest, { name: "dsCnnEngine" });
}
