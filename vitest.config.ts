import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Tests read the packages' sources through the private export condition, so no build comes first. */
const conditions = ["@earshot/source"];

export default defineConfig({
  resolve: { conditions: [...conditions, "module", "node", "default"] },
  // Packages from outside are loaded by Node, which knows no "module": what is tested is what users get.
  ssr: { resolve: { conditions: [...conditions, "node", "default"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "apps/*/test/**/*.test.ts", "tools/*/test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    // Many tests wait for browsers, servers and clocks: two at a time also where there are two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ["default"],
  },
});
