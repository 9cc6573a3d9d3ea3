import { existsSync } from "node:fs";
import { UserError } from "../cli/errors.js";
import { runShard, type Shard, type ShardJob, type ShardResult } from "../features/shard.js";

/** All jobs stand in one queue of this name. */
export const queueName = "earshot";

/** Keys in Redis begin with it. */
export const queuePrefix = "earshot";

/** What a job carries: paths and settings, never sound. Plain JSON. */
export interface Task {
  /** Of Earshot; workers of another version refuse the job. */
  version: string;
  /** What it belongs to, for people: such as the file that an extraction writes. */
  title: string;
  /** Files it works through, for the rate. */
  items: number;
  work: { kind: "shard"; shard: Shard; job: ShardJob };
}

/**
 * Does a job; the same code as on one machine without a queue. A job that is repeated finds its result made.
 *
 * @throws UserError if this machine does not see the folder that the results belong to
 */
export async function runTask({ work }: Task): Promise<ShardResult> {
  if (!existsSync(work.job.parts)) {
    throw new UserError(
      `This machine does not see ${work.job.parts}; work over a queue needs a folder that all machines share, under the same path.`,
    );
  }
  return runShard(work.shard, work.job);
}
