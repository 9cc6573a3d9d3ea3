import type { LoadedModel } from "../../src/session/model.js";
import { logMel, meanModel } from "../fixtures.js";

/** A model of 3,000 classes: its predictions are long to read. */
export function createModel(): LoadedModel {
  const { info } = meanModel("wide", logMel);
  const classes = Array.from({ length: 3000 }, (_, i) => `class ${i}`);
  return {
    info: { ...info, classes },
    predictProba: (_, count) => new Float32Array(count * classes.length).fill(1 / classes.length),
    dispose: () => {},
  };
}
