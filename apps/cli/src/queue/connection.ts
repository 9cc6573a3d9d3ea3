import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { loadBullMq, parseQueueUrl, requireServer } from "./address.js";
import { queueName, queuePrefix, type Task } from "./task.js";

/** A queue that is open, and the server itself for what is asked of many jobs at once. */
export interface OpenQueue {
  queue: Queue<Task>;
  redis: Redis;
  /** Options of BullMQ's other parts on the same server. */
  options: { connection: ReturnType<typeof parseQueueUrl>["connection"]; prefix: string };
}

/** What is known of a job by its hash in Redis. */
export interface JobFacts {
  id: string;
  name: string;
  /** "open": it waits, runs or will be tried again. "unknown": it is gone. */
  state: "open" | "completed" | "failed" | "unknown";
  result?: unknown;
  reason?: string;
  attempts: number;
  finishedOn?: number;
}

/** Works on the queue of a URL and lets it go again. @throws UserError if no server answers */
export async function withQueue<T>(url: string, work: (open: OpenQueue) => Promise<T>): Promise<T> {
  const address = parseQueueUrl(url);
  await requireServer(address);
  const { Queue } = await loadBullMq();
  const { Redis } = await import("ioredis");
  const options = { connection: address.connection, prefix: queuePrefix };
  const queue = new Queue<Task>(queueName, options);
  const redis = new Redis(address.connection);
  // A connection that breaks is made again; what was missed meanwhile is looked up.
  queue.on("error", () => {});
  redis.on("error", () => {});
  try {
    return await work({ queue, redis, options });
  } finally {
    redis.disconnect();
    await queue.close();
  }
}

/** Jobs looked at in one exchange with the server. */
const batch = 1000;

/** Looks at many jobs with one exchange a thousand of them, where BullMQ would take two for each. */
export async function lookAt({ queue, redis }: OpenQueue, ids: readonly string[]): Promise<JobFacts[]> {
  const facts: JobFacts[] = [];
  for (let i = 0; i < ids.length; i += batch) {
    const some = ids.slice(i, i + batch);
    const asked = redis.pipeline();
    for (const id of some) {
      asked.hmget(queue.toKey(id), "name", "finishedOn", "failedReason", "returnvalue", "atm");
    }
    const answers = (await asked.exec()) ?? [];
    for (const [k, [error, values]] of answers.entries()) {
      if (error) throw error;
      facts.push(factsOf(some[k], values as (string | null)[]));
    }
  }
  return facts;
}

function factsOf(id: string, [name, finishedOn, reason, result, attempts]: (string | null)[]): JobFacts {
  const own = { id, name: name ?? "", attempts: Number(attempts ?? 0) };
  if (name === null) return { ...own, state: "unknown" };
  // BullMQ takes these words away when a job is tried again: where they stand, it has ended.
  if (finishedOn === null) return { ...own, state: "open" };
  const ended = { ...own, finishedOn: Number(finishedOn) };
  // The reason of an attempt that failed stays when a later one does not.
  if (result !== null) return { ...ended, state: "completed", result: JSON.parse(result) };
  return { ...ended, state: "failed", reason: reason ?? "unknown" };
}
