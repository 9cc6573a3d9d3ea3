import type { Job } from "bullmq";
import { hasWorkers } from "../features/pool.js";
import { earshotVersion } from "../run/environment.js";
import { loadBullMq } from "./address.js";
import { cancelledOf } from "./cancelled.js";
import { withQueue } from "./connection.js";
import type { PieceResult } from "./piece.js";
import { queueName, readJobName, runWork, type Task } from "./task.js";
import { WorkThread } from "./workThread.js";

export interface WorkOptions {
  /** Jobs worked off at once, a thread each. */
  workers: number;
  /** Told after each job. */
  onDone?: (title: string, items: number) => void;
  onFailed?: (title: string, reason: string) => void;
  /** Milliseconds after which a job of a worker that went silent is given to another (default 30,000). */
  lockMs?: number;
  /** Of this worker (default: the installed one); for tests. */
  version?: string;
  signal?: AbortSignal;
}

/** Between two looks whether what is worked on was called off. */
const lookMs = 1000;

/**
 * Takes jobs from a queue until the signal comes, then finishes those it has. The threads that work are not the one that tells the queue
 * that this worker lives.
 *
 * A job whose worker dies is given to another, five times at most: what kills every worker ends among the failed. What is called off is
 * dropped where it is.
 *
 * @throws UserError if no server answers
 */
export async function workOff(url: string, options: WorkOptions): Promise<void> {
  const { workers, onDone, onFailed, lockMs = 30_000, version = earshotVersion(), signal } = options;
  await withQueue(url, async ({ redis, options: connection }) => {
    const { Worker, UnrecoverableError } = await loadBullMq();
    const idle: WorkThread[] = [];
    const active = new Map<AbortController, string>();
    const worker = new Worker<Task, PieceResult>(
      queueName,
      async ({ data, name }: Job<Task>) => {
        if (data.version !== version) {
          throw new UnrecoverableError(
            `a worker of Earshot ${version} does no work for Earshot ${data.version}; run the same version everywhere.`,
          );
        }
        const { title } = readJobName(name);
        if ((await cancelledOf(redis, [title])).size > 0) throw new UnrecoverableError("it was called off.");
        if (!hasWorkers) return runWork(data.work);
        const thread = idle.pop() ?? new WorkThread();
        const stopping = new AbortController();
        active.set(stopping, title);
        try {
          return await thread.run(data.work, stopping.signal);
        } finally {
          active.delete(stopping);
          if (thread.lives) idle.push(thread);
        }
      },
      { ...connection, concurrency: workers, lockDuration: lockMs, stalledInterval: lockMs, maxStalledCount: 5 },
    );
    worker.on("error", () => {});
    worker.on("completed", ({ name }) => onDone?.(readJobName(name).title, readJobName(name).items));
    worker.on("failed", (job, error) => onFailed?.(job ? readJobName(job.name).title : "", error.message));
    const looking = setInterval(async () => {
      const off = await cancelledOf(redis, [...new Set(active.values())]).catch(() => new Set<string>());
      for (const [stopping, title] of active) {
        if (off.has(title)) stopping.abort(new UnrecoverableError("it was called off."));
      }
    }, lookMs);
    try {
      await worker.waitUntilReady();
      await new Promise<void>((stopped) => {
        if (signal?.aborted) stopped();
        signal?.addEventListener("abort", () => stopped(), { once: true });
      });
      await worker.close();
    } finally {
      clearInterval(looking);
      await Promise.all(idle.map((thread) => thread.end()));
    }
  });
}
