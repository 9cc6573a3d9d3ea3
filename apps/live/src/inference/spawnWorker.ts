import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/** Starts the inference worker: the built file, or in a checkout without a build the source through tsx. */
export function spawnWorker(): Worker {
  const source = import.meta.url.endsWith(".ts");
  const entry = new URL(source ? "./worker.ts" : "./worker.js", import.meta.url);
  if (!source) return new Worker(entry);
  const found = createRequire(import.meta.url).resolve("tsx/esm/api");
  const tsx = pathToFileURL(found.replace(/\.cjs$/, ".mjs")).href;
  const code = `import(${JSON.stringify(tsx)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry.href)}); });`;
  return new Worker(code, { eval: true, execArgv: ["--conditions=@earshot/source"] });
}
