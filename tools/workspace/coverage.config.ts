import { defineConfig } from "vitest/config";
import base from "../../vitest.config.js";

/** What strangers' bytes go through: decoders, the loader of model folders, the wire protocol. */
const readers = [
  "packages/datasets/src/decode/**/*.ts",
  "packages/models/src/core/{safetensors,state,stateFile}.ts",
  "packages/models/src/folder/*.ts",
  "apps/live/src/protocol/*.ts",
];

const own = [
  "packages/datasets/test/{decode*,flacFrames,wav*,zoo,fuzz}.test.ts",
  "packages/models/test/{folder*,fuzz,stateRules}.test.ts",
  "apps/live/test/{protocol*,fuzz}.test.ts",
];

/** `pnpm coverage`: their tests alone, with the branches that these take. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: own,
    coverage: { provider: "v8", include: readers, reporter: ["text"], thresholds: { branches: 95 } },
  },
});
