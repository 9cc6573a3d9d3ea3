import { createModel as createLogistic } from "./logistic.mjs";

/** Log-mel and a model that costs nothing: what remains is the server. */
export async function createModel() {
  const { info } = await createLogistic();
  const uniform = info.classes.map(() => 1 / info.classes.length);
  return {
    info: { ...info, name: "empty" },
    predictProba: (_, count) => Array.from({ length: count }, () => uniform).flat(),
    dispose: () => {},
  };
}
