import cluster from "node:cluster";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { shippedModels, startServer } from "@earshot/live";

// The live server with all shipped models in so many processes behind one port: node serveMany.mjs PROCESSES. Connections go to the processes in turn;
// each is a server of its own, with its own models, limits and metrics. Prints the address, then answers "usage" lines until stdin ends.

const processes = Number(process.argv[2]);
const silent = { debug() {}, info() {}, warn: console.error, error: console.error };
const many = { maxConnections: 5000, maxConnectionsPerAddress: 5000, connectsPerMinute: 1e6 };

const serve = (port) =>
  startServer({
    models: shippedModels(),
    page: false,
    port,
    logger: silent,
    limits: { ...many, idleTimeoutMs: 600_000 },
  });
const usage = () => {
  const { user, system } = process.cpuUsage();
  return { rss: process.memoryUsage().rss, cpuSec: (user + system) / 1e6 };
};

if (cluster.isPrimary) {
  // Workers share a port that all of them name: one that each has given to it would be another for each.
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  cluster.on("exit", () => process.exit(1));
  const workers = Array.from({ length: processes }, () => cluster.fork({ PORT: String(port) }));
  const [[{ url }]] = await Promise.all(workers.map((worker) => once(worker, "message")));
  console.log(JSON.stringify({ url }));
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== "usage") continue;
    const each = await Promise.all(
      workers.map((worker) => {
        worker.send("usage");
        return new Promise((resolve) => worker.once("message", resolve));
      }),
    );
    const { cpuSec } = usage();
    console.log(
      JSON.stringify({
        rss: each.reduce((sum, one) => sum + one.rss, 0),
        cpuSec: each.reduce((sum, one) => sum + one.cpuSec, cpuSec),
      }),
    );
  }
  cluster.removeAllListeners("exit");
  for (const worker of workers) worker.process.kill();
  process.exit(0);
}
const server = await serve(Number(process.env.PORT));
process.send({ url: server.url });
process.on("message", () => process.send(usage()));
