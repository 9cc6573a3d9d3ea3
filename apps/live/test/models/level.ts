import type { LoadedModel } from "../../src/session/model.js";
import { logMel, meanModel } from "../fixtures.js";

/** A model in a module: its answer depends on every number of the window. */
export function createModel(): LoadedModel {
  const { info, predict } = meanModel("level", logMel);
  return {
    info,
    predictProba(batch, count) {
      const size = batch.length / count;
      const rows = Array.from({ length: count }, (_, i) => batch.subarray(i * size, (i + 1) * size));
      return rows.flatMap((data) => [...(predict({ data, rows: 0, cols: 0 }) as number[])]);
    },
    dispose: () => {},
  };
}
