import type { LoadedModel } from "../../src/session/model.js";
import { createModel as createLogistic } from "./logistic.js";

/** Log-mel and a model that costs nothing: what remains is the server. */
export async function createModel(): Promise<LoadedModel> {
  const { info } = await createLogistic();
  const uniform = info.classes.map(() => 1 / info.classes.length);
  return {
    info: { ...info, name: "empty" },
    predictProba: (_, count) => Array.from({ length: count }, () => uniform).flat(),
    dispose: () => {},
  };
}
