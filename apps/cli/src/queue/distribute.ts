import { setTimeout as sleep } from "node:timers/promises";
import type { Job, JobsOptions, Queue } from "bullmq";
import { UserError } from "../cli/errors.js";
import { earshotVersion } from "../run/environment.js";
import { loadBullMq, parseQueueUrl, requireServer } from "./address.js";
import { queueName, queuePrefix, type Task } from "./task.js";

export interface DistributedJob {
  /** Made from what is in it: the same name is the same work, so that a job asked for twice stands in the queue once. */
  name: string;
  items: number;
  work: Task["work"];
}

export interface DistributeOptions<Result> {
  /** What people see in `earshot jobs`. */
  title: string;
  /** Makes the names of these jobs differ from those of others. */
  group: string;
  /** Told once for each job. */
  onResult(result: Result): void;
  /** Whether what an earlier run left behind still stands. */
  stands(result: Result): boolean;
  signal?: AbortSignal;
}

/** Jobs given to Redis in one call. */
const batch = 500;
/** Between two looks at jobs whose news did not come: a server that restarted tells nothing of what happened before. */
const lookAgainMs = 2000;

/**
 * Puts jobs into a queue and waits for their results, whoever works them off.
 *
 * Jobs stay in the queue when this process ends: called again, it goes on where it was.
 *
 * @throws UserError if a job failed for good, with its reason, or no server answers; the signal's reason
 */
export async function distribute<Result>(
  url: string,
  jobs: readonly DistributedJob[],
  { title, group, onResult, stands, signal }: DistributeOptions<Result>,
): Promise<void> {
  const address = parseQueueUrl(url);
  await requireServer(address);
  const { Queue, QueueEvents } = await loadBullMq();
  const options = { connection: address.connection, prefix: queuePrefix };
  const queue = new Queue<Task, Result>(queueName, options);
  const events = new QueueEvents(queueName, options);
  // A connection that breaks is made again; what was missed meanwhile is looked up.
  queue.on("error", () => {});
  events.on("error", () => {});
  const open = new Map(jobs.map((job) => [`${group}-${job.name}`, job]));
  const finished = new Set<string>();
  events.on("completed", ({ jobId }) => finished.add(jobId));
  events.on("failed", ({ jobId }) => finished.add(jobId));
  try {
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
    await addJobs(queue, open, title);
    // What earlier runs left makes no news: all jobs are looked at once.
    let lookAt = [...open.keys()];
    for (let lookedAt = Date.now(), first = true; ; first = false) {
      for (const id of lookAt) {
        signal?.throwIfAborted();
        const job = await queue.getJob(id);
        const state = job ? await job.getState() : "unknown";
        const result = job?.returnvalue as Result;
        if (state === "completed" && stands(result)) {
          onResult(result);
          open.delete(id);
        } else if (state === "failed" && !first) throw failure(job as Job, open.size);
        else if (state === "completed" && !first) {
          throw new UserError(
            `${title}: a worker says that ${open.get(id)?.name} is made, yet it is not here; all machines must share the folder, under the same path.`,
          );
        } else if (["completed", "failed", "unknown"].includes(state)) await again(queue, id, open.get(id), title, job);
      }
      if (open.size === 0) break;
      await sleep(50, undefined, { signal }).catch(() => {});
      const late = Date.now() - lookedAt > lookAgainMs;
      if (late) lookedAt = Date.now();
      lookAt = late ? [...open.keys()].slice(0, 1000) : [...finished].filter((id) => open.has(id));
      finished.clear();
    }
  } finally {
    await Promise.allSettled([events.close(), queue.close()]);
  }
}

const settings = (id: string): JobsOptions => ({
  jobId: id,
  attempts: 3,
  backoff: { type: "exponential", delay: 1000 },
  // A day is enough for whoever comes back for the results.
  removeOnComplete: { age: 86_400 },
});

const taskOf = ({ items, work }: DistributedJob, title: string): Task => ({
  version: earshotVersion(),
  title,
  items,
  work,
});

async function addJobs<R>(queue: Queue<Task, R>, open: Map<string, DistributedJob>, title: string): Promise<void> {
  const all = [...open];
  for (let i = 0; i < all.length; i += batch) {
    await queue.addBulk(
      all.slice(i, i + batch).map(([id, job]) => ({
        name: job.work.kind,
        data: taskOf(job, title),
        opts: settings(id),
      })) as never,
    );
  }
}

/** In place of a job that is gone, that failed in an earlier run, or whose result no longer stands. */
async function again<R>(
  queue: Queue<Task, R>,
  id: string,
  job: DistributedJob | undefined,
  title: string,
  old: Job | undefined,
): Promise<void> {
  if (!job) return;
  await old?.remove().catch(() => {});
  await queue.add(job.work.kind as never, taskOf(job, title) as never, settings(id));
}

function failure({ failedReason, name }: Job, open: number): UserError {
  const reason = failedReason.replace(/[.]$/, "");
  return new UserError(
    `A ${name} job failed: ${reason}; ${open - 1} others are open. See \`earshot jobs --queue URL\`, then call this again.`,
  );
}
