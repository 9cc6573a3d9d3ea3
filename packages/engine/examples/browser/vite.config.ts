import { defaultClientConditions, defineConfig } from "vite";

/** Cross-origin isolation gives the page shared memory, and so more than one thread. */
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export default defineConfig({
  // The workspace's sources; a program outside it needs no `resolve`.
  resolve: { conditions: ["@earshot/source", ...defaultClientConditions] },
  worker: { format: "es" },
  server: { headers },
  preview: { headers },
  base: "./",
});
