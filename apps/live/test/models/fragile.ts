import type { LoadedModel } from "../../src/session/model.js";
import { logMel, meanModel } from "../fixtures.js";

/** Mean level of a window, dB: loud square waves are far above what speech reaches. */
const mean = (data: Float32Array) => data.reduce((sum, v) => sum + v / data.length, 0);

/** A model that throws on a full-scale square wave at 4 kHz, and hangs on one at 2 kHz. */
export function createModel(): LoadedModel {
  const { info, predict } = meanModel("fragile", logMel);
  return {
    info,
    predictProba(batch, count) {
      const size = batch.length / count;
      const rows = Array.from({ length: count }, (_, i) => batch.subarray(i * size, (i + 1) * size));
      for (const data of rows) {
        if (mean(data) > 0) for (;;);
        if (Math.max(...data) > 15) throw new Error("this sound breaks the model");
      }
      return rows.flatMap((data) => [...(predict({ data, rows: 0, cols: 0 }) as number[])]);
    },
    dispose: () => {},
  };
}
