import { createInterface } from "node:readline";
import { shippedModels, startServer } from "@earshot/live";

// The server of a benchmark, in a process of its own: prints its address, then answers "usage" lines until stdin ends.
// It is the built one, which users run, on plain Node: tsx gives every closure its name by a call, which costs a fifth.

const [model] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn: console.error, error: console.error };
const server = await startServer({
  // The shipped digits model is log-mel and a depthwise separable network.
  models:
    model === "dsCnn"
      ? shippedModels(["digits"])
      : [{ module: new URL(`./models/${model}.mjs`, import.meta.url).href }],
  page: false,
  logger: silent,
  limits: {
    maxConnections: 5000,
    maxConnectionsPerAddress: 5000,
    connectsPerMinute: 1e6,
    idleTimeoutMs: 600_000,
    helloTimeoutMs: 600_000,
  },
});
console.log(JSON.stringify({ url: server.url }));
for await (const line of createInterface({ input: process.stdin })) {
  if (line !== "usage") continue;
  // Before the garbage is collected, which nobody else would do three times.
  const { user, system } = process.cpuUsage();
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise((r) => setTimeout(r, 50));
  }
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const cpuSec = (user + system) / 1e6;
  console.log(JSON.stringify({ rss, heapUsed, external, arrayBuffers, cpuSec, connections: server.connections }));
}
await server.close();
