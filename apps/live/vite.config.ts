import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";
import { pcmWorkletSource } from "./src/browser/pcmWorklet.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The worklet as a file of its own: the page's policy allows no scripts from blobs. */
const worklet: Plugin = {
  name: "earshot-worklet",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "pcm-worklet.js", source: pcmWorkletSource });
  },
};

export default defineConfig({
  root: here("./page"),
  base: "./",
  // The packages' sources, so that the page builds without their being built first.
  resolve: { conditions: ["@earshot/source", "module", "browser", "import", "default"] },
  build: { outDir: here("./dist/page"), emptyOutDir: true, target: "es2022", chunkSizeWarningLimit: 2000 },
  worker: { format: "es" },
  plugins: [worklet],
  logLevel: "warn",
});
