import type { LoadedModel } from "../../src/session/model.js";
import { logMel, meanModel } from "../fixtures.js";

/** A model that no machine can keep up with: four tenths of a second a window, a window each quarter. */
export function createModel(): LoadedModel {
  const { info } = meanModel("slow", logMel);
  return {
    info,
    predictProba(_, count) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400 * count);
      return new Float32Array(2 * count).fill(0.5);
    },
    dispose: () => {},
  };
}
