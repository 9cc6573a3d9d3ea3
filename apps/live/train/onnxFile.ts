import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "@earshot/models/folder";
import { exportOnnx } from "@earshot/models/onnx";

/** Writes the model of a folder beside itself as `model.onnx`: features of windows in, probabilities out. */
export async function writeOnnx(folder: string): Promise<void> {
  const { model } = await loadModel(folder);
  writeFileSync(join(folder, "model.onnx"), await exportOnnx(model));
  model.dispose();
}
