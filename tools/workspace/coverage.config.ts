import { defineConfig } from "vitest/config";
import base from "../../vitest.config.js";

/** What strangers' bytes go through: decoders, the loader of model folders, the wire protocol. */
const readers = [
  "packages/datasets/src/decode/**/*.ts",
  "packages/models/src/core/{safetensors,state,stateFile}.ts",
  "packages/models/src/folder/{pack,sha256}.ts",
  "apps/live/src/protocol/*.ts",
];

const own = [
  ...["decode", "decodeParts", "wav", "wavErrors", "zoo", "fuzz"].map(
    (name) => `packages/datasets/test/${name}.test.ts`,
  ),
  ...["folder", "fuzz", "badInput"].map((name) => `packages/models/test/${name}.test.ts`),
  ...["protocol", "fuzz", "decision", "session", "client", "server"].map((name) => `apps/live/test/${name}.test.ts`),
];

/** `pnpm coverage`: their tests alone, with the branches that these take. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: own,
    coverage: { provider: "v8", include: readers, reporter: ["text"], thresholds: { branches: 85 } },
  },
});
