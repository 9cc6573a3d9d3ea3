import { Worker as Thread } from "node:worker_threads";
import type { Job } from "bullmq";
import { UserError } from "../cli/errors.js";
import { hasWorkers } from "../features/pool.js";
import type { ShardResult } from "../features/shard.js";
import { earshotVersion } from "../run/environment.js";
import { loadBullMq, parseQueueUrl, requireServer } from "./address.js";
import { queueName, queuePrefix, runTask, type Task } from "./task.js";

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

/**
 * Takes jobs from a queue until the signal comes, then finishes those it has. The threads that work are not the one that tells the queue
 * that this worker lives.
 *
 * A job whose worker dies is given to another, five times at most: what kills every worker ends among the failed.
 *
 * @throws UserError if no server answers
 */
export async function workOff(
  url: string,
  { workers, onDone, onFailed, lockMs = 30_000, version = earshotVersion(), signal }: WorkOptions,
): Promise<void> {
  const address = parseQueueUrl(url);
  await requireServer(address);
  const { Worker, UnrecoverableError } = await loadBullMq();
  const idle: TaskThread[] = [];
  const worker = new Worker<Task, ShardResult>(
    queueName,
    async ({ data }: Job<Task>) => {
      if (data.version !== version) {
        throw new UnrecoverableError(
          `a worker of Earshot ${version} does no work for Earshot ${data.version}; run the same version everywhere.`,
        );
      }
      if (!hasWorkers) return runTask(data);
      const thread = idle.pop() ?? new TaskThread();
      try {
        return await thread.run(data);
      } finally {
        if (thread.lives) idle.push(thread);
      }
    },
    {
      connection: address.connection,
      prefix: queuePrefix,
      concurrency: workers,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: 5,
    },
  );
  worker.on("error", () => {});
  worker.on("completed", ({ data }) => onDone?.(data.title, data.items));
  worker.on("failed", (job, error) => onFailed?.(job?.data.title ?? "", error.message));
  await worker.waitUntilReady();
  await new Promise<void>((stopped) => {
    if (signal?.aborted) stopped();
    signal?.addEventListener("abort", () => stopped(), { once: true });
  });
  await worker.close();
  await Promise.all(idle.map((thread) => thread.end()));
}

/** A thread that does one job after another. */
class TaskThread {
  private readonly thread = new Thread(new URL("./taskThread.js", import.meta.url));
  lives = true;

  run(task: Task): Promise<ShardResult> {
    return new Promise((resolve, reject) => {
      const end = (outcome: () => void): void => {
        this.thread.removeAllListeners();
        outcome();
      };
      const die = (error: Error): void => {
        this.lives = false;
        end(() => reject(error));
      };
      this.thread.once("message", (answer: { result?: ShardResult; error?: string }) =>
        end(() => (answer.result ? resolve(answer.result) : reject(new UserError(answer.error ?? "")))),
      );
      this.thread.once("error", die);
      this.thread.once("exit", (code) => die(new UserError(`The thread of a job ended by itself (code ${code}).`)));
      this.thread.postMessage(task);
    });
  }

  async end(): Promise<void> {
    await this.thread.terminate();
  }
}
