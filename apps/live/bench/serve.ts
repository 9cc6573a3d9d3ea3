import { createInterface } from "node:readline";
import { shippedModels } from "../src/server/shippedModels.js";
import { startServer } from "../src/server/startServer.js";

// The server of a benchmark, in a process of its own: prints its address, then answers "usage" lines until stdin ends.

const [model] = process.argv.slice(2);
const silent = { debug() {}, info() {}, warn: console.error, error: console.error };
const server = await startServer({
  // The shipped digits model is log-mel and a depthwise separable network.
  models:
    model === "dsCnn" ? shippedModels(["digits"]) : [{ module: new URL(`./models/${model}.ts`, import.meta.url).href }],
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
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise((r) => setTimeout(r, 50));
  }
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  const cpuSec = (user + system) / 1e6;
  console.log(JSON.stringify({ rss, heapUsed, external, arrayBuffers, cpuSec, connections: server.connections }));
}
await server.close();
