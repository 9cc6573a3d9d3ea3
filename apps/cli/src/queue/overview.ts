import type { Job, Queue } from "bullmq";
import { loadBullMq, parseQueueUrl, requireServer } from "./address.js";
import { queueName, queuePrefix, type Task } from "./task.js";

/** One undertaking in a queue: an extraction, seen from any terminal. */
export interface Undertaking {
  title: string;
  waiting: number;
  active: number;
  completed: number;
  failed: number;
  /** Files a second over the jobs that ended last; 0 before two have. */
  rate: number;
  /** Seconds left at that rate; null where it is not known. */
  secondsLeft: number | null;
  /** Why jobs failed for good, each reason once. */
  reasons: string[];
}

const pages = 1000;
/** Jobs that the rate looks back on. */
const recent = 50;

/** Works on the queue of a URL and lets it go again. @throws UserError if no server answers */
async function withQueue<T>(url: string, work: (queue: Queue<Task>) => Promise<T>): Promise<T> {
  const address = parseQueueUrl(url);
  await requireServer(address);
  const { Queue } = await loadBullMq();
  const queue = new Queue<Task>(queueName, { connection: address.connection, prefix: queuePrefix });
  queue.on("error", () => {});
  try {
    return await work(queue);
  } finally {
    await queue.close();
  }
}

async function* jobsIn(queue: Queue<Task>, states: ("wait" | "delayed" | "active" | "completed" | "failed")[]) {
  for (let from = 0; ; from += pages) {
    const jobs = (await queue.getJobs(states, from, from + pages - 1)) as Job<Task>[];
    // A job that ends between the list and the look is none any more.
    for (const job of jobs) if (job) yield job;
    if (jobs.length < pages) return;
  }
}

/** Everything in the queue, an entry for each undertaking. */
export function overview(url: string): Promise<Undertaking[]> {
  return withQueue(url, async (queue) => {
    const found = new Map<string, Undertaking & { openItems: number; ends: { at: number; items: number }[] }>();
    const entry = (title: string) => {
      const known = found.get(title) ?? {
        title,
        waiting: 0,
        active: 0,
        completed: 0,
        failed: 0,
        rate: 0,
        secondsLeft: null,
        reasons: [],
        openItems: 0,
        ends: [],
      };
      found.set(title, known);
      return known;
    };
    for (const [key, states] of [
      ["waiting", ["wait", "delayed"]],
      ["active", ["active"]],
      ["completed", ["completed"]],
      ["failed", ["failed"]],
    ] as const) {
      for await (const { data, finishedOn, failedReason } of jobsIn(queue, [...states])) {
        const one = entry(data.title);
        one[key]++;
        if (key === "waiting" || key === "active") one.openItems += data.items;
        if (key === "completed" && finishedOn) one.ends.push({ at: finishedOn, items: data.items });
        if (key === "failed" && !one.reasons.includes(failedReason)) one.reasons.push(failedReason);
      }
    }
    return [...found.values()].map(({ openItems, ends, ...one }) => {
      const last = ends.sort((a, b) => b.at - a.at).slice(0, recent);
      const seconds = last.length > 1 ? (last[0].at - last[last.length - 1].at) / 1000 : 0;
      const done = last.slice(0, -1).reduce((sum, { items }) => sum + items, 0);
      const rate = seconds > 0 ? done / seconds : 0;
      return { ...one, rate, secondsLeft: rate > 0 ? openItems / rate : null };
    });
  });
}

/** Takes the waiting jobs of an undertaking out; those that run end by themselves. @returns how many */
export function cancel(url: string, title: string): Promise<number> {
  return withQueue(url, async (queue) => {
    const jobs: Job<Task>[] = [];
    for await (const job of jobsIn(queue, ["wait", "delayed"])) if (job.data.title === title) jobs.push(job);
    const removed = await Promise.allSettled(jobs.map((job) => job.remove()));
    return removed.filter(({ status }) => status === "fulfilled").length;
  });
}

/** Puts failed jobs back into the queue. @returns how many */
export function retryFailed(url: string): Promise<number> {
  return withQueue(url, async (queue) => {
    const { failed } = await queue.getJobCounts("failed");
    if (failed > 0) await queue.retryJobs({ state: "failed" });
    return failed;
  });
}
