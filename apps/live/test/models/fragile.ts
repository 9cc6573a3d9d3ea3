import type { LoadedModel } from "../../src/session/model.js";
import { logMel, meanModel } from "../fixtures.js";

/** A model that throws on a full-scale square wave at 4 kHz, and hangs on one at 2 kHz: few bands loud, the others silent. */
export function createModel(): LoadedModel {
  const { info, predict } = meanModel("fragile", logMel);
  return {
    info,
    predictProba(batch, count) {
      const size = batch.length / count;
      const rows = Array.from({ length: count }, (_, i) => batch.subarray(i * size, (i + 1) * size));
      for (const data of rows) {
        const mean = data.reduce((sum, v) => sum + v / size, 0);
        if (mean > -70 || Math.max(...data) < 15) continue;
        if (mean < -83) throw new Error("this sound breaks the model");
        for (;;);
      }
      return rows.flatMap((data) => [...(predict({ data, rows: 0, cols: 0 }) as number[])]);
    },
    dispose: () => {},
  };
}
