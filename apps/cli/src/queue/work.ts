import { hasWorkers } from "../features/pool.js";
import { earshotVersion } from "../run/environment.js";
import { FinalError } from "./broker.js";
import type { PieceResult, Work } from "./piece.js";
import { calledOffReason, readJobName, runWork, type Task } from "./task.js";
import { type QueueAt, withBroker } from "./withBroker.js";
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
  /** Makes what does the work (default: threads, where there are any). */
  newThread?: () => Thread;
  signal?: AbortSignal;
}

/** Does one piece of work after another. */
export type Thread = Pick<WorkThread, "run" | "lives" | "end">;

/** Where tests run sources, there are no threads: work is done in this one. */
const thisThread: Thread = { lives: true, run: (work: Work) => runWork(work), end: async () => {} };

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
export async function workOff(at: QueueAt, options: WorkOptions): Promise<void> {
  const { workers, onDone, onFailed, lockMs = 30_000, version = earshotVersion(), signal } = options;
  const { newThread = () => (hasWorkers ? new WorkThread() : thisThread) } = options;
  await withBroker(at, async (broker) => {
    const idle: Thread[] = [];
    const active = new Map<AbortController, string>();
    const run = async ({ work, version: wanted }: Task, name: string): Promise<PieceResult> => {
      if (wanted !== version) {
        throw new FinalError(
          `a worker of Earshot ${version} does no work for Earshot ${wanted}; run the same version everywhere.`,
        );
      }
      const { title } = readJobName(name);
      if ((await broker.calledOff([title])).size > 0) throw new FinalError(calledOffReason);
      const thread = idle.pop() ?? newThread();
      const stopping = new AbortController();
      active.set(stopping, title);
      try {
        return await thread.run(work, stopping.signal);
      } finally {
        active.delete(stopping);
        if (thread.lives) idle.push(thread);
      }
    };
    const crew = await broker.work(run, {
      workers,
      lockMs,
      onDone: (name) => onDone?.(readJobName(name).title, readJobName(name).items),
      onFailed: (name, reason) => onFailed?.(readJobName(name).title, reason),
    });
    const looking = setInterval(async () => {
      const off = await broker.calledOff([...new Set(active.values())]).catch(() => new Set<string>());
      for (const [stopping, title] of active) if (off.has(title)) stopping.abort(new FinalError(calledOffReason));
    }, lookMs);
    try {
      await new Promise<void>((stopped) => {
        if (signal?.aborted) stopped();
        signal?.addEventListener("abort", () => stopped(), { once: true });
      });
      await crew.close();
    } finally {
      clearInterval(looking);
      for (const stopping of active.keys()) stopping.abort(new Error("nobody can be told of it."));
      await Promise.all(idle.map((thread) => thread.end()));
    }
  });
}
