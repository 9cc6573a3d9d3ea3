import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { runShard, type Shard, type ShardJob } from "./shard.js";

// A thread that works off shards. An error of the disk ends it, and so reaches the pool.
const port = parentPort as MessagePort;
port.on("message", async (shard: Shard) => {
  port.postMessage(await runShard(shard, workerData as ShardJob));
});
