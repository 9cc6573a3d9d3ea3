import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type { ShardRunner } from "../features/extractCorpus.js";
import { partPath, type ShardResult } from "../features/shard.js";
import { distribute } from "./distribute.js";

/**
 * Shards worked off by whoever takes jobs from a queue; in place of `runShardsHere`.
 *
 * @param url where the queue is
 * @param title what people see in `earshot jobs`
 */
export const runShardsOn =
  (url: string, title: string): ShardRunner =>
  (shards, job, { onResult, signal }) =>
    distribute<ShardResult>(
      url,
      shards.map((shard) => ({
        name: shard.name,
        items: shard.items.length,
        work: { kind: "shard", shard, job },
      })),
      {
        title,
        // The same shards for another file are other jobs.
        group: createHash("sha256").update(job.parts).digest("hex").slice(0, 12),
        onResult,
        stands: ({ name }) => existsSync(partPath(job.parts, name)),
        ...(signal && { signal }),
      },
    );
