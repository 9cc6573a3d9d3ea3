/**
 * Bundles `src/workers/worker.ts` into `src/workers/worker.generated.ts`, as text that starts a worker anywhere without a file of its own.
 * `pnpm build:worker` writes; `bundleWorker()` gives the text to a test that holds the committed file against it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleForBrowser } from "@earshot/testing";

const folder = fileURLToPath(new URL("../src/workers/", import.meta.url));
const target = `${folder}worker.generated.ts`;

export async function bundleWorker(): Promise<string> {
  const text = await bundleForBrowser('import { serve } from "./worker.js"; serve();', folder, { format: "iife", minify: true });
  return `// Written by \`pnpm build:worker\` from worker.ts: do not edit.\nexport const workerText =\n  ${JSON.stringify(text.trim())};\n`;
}

export const committedWorker = (): string => readFileSync(target, "utf8");

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(target, await bundleWorker());
