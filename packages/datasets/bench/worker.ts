import { fileFeatures } from "./features.js";

process.on("message", async (paths: string[]) => {
  const rows: Float32Array[] = [];
  for (const path of paths) rows.push((await fileFeatures(path)).data);
  process.send?.(rows);
});
