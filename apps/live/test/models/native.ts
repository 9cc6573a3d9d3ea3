import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedModel } from "../../src/session/model.js";
import { createModel as level } from "./level.js";

/** Where the model says that a call came to its end. */
export const came = join(tmpdir(), `earshot-native-${process.pid}`);

/** Takes its time, as native code that nothing interrupts would; only calls of several windows are slow. */
export function createModel(): LoadedModel {
  const { info, predictProba } = level();
  return {
    info: { ...info, name: "native" },
    native: true,
    dispose: () => {},
    async predictProba(batch, count) {
      if (count > 1) {
        // Turns of the event loop, at each of which a thread that is being ended would end.
        for (let i = 0; i < 30; i++) await new Promise((r) => setTimeout(r, 20));
        writeFileSync(came, "yes");
      }
      return predictProba(batch, count);
    },
  };
}
