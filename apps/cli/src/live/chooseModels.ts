import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ModelSource, modelFolder, shippedModels } from "@earshot/live";
import { UserError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";

/**
 * The models to listen with: shipped ones by name, any other by its run or model folder.
 *
 * @param names none for all shipped models
 * @throws UserError naming what is neither
 */
export function chooseModels(names: readonly string[]): ModelSource[] {
  const shipped = shippedModels();
  const shippedNames = shipped.map((source) => ("name" in source && source.name) || "");
  if (names.length === 0) return shipped;
  return names.map((name) => {
    if (existsSync(join(modelFolder(name), "model.json"))) return { folder: name };
    const i = shippedNames.indexOf(name);
    if (i >= 0) return shipped[i];
    throw new UserError(
      existsSync(name)
        ? `${name} holds no model: give a run folder of \`earshot train\`, or one of ${shippedNames.join(", ")}.`
        : `There is no run folder or shipped model "${name}"; ${nearest(name, shippedNames)}`,
    );
  });
}
