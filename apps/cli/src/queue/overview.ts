import type { JobType } from "bullmq";
import { cancelledOf, markCancelled, unmarkCancelled } from "./cancelled.js";
import { type JobFacts, lookAt, type OpenQueue, withQueue } from "./connection.js";
import { readJobName } from "./task.js";

/** One undertaking in a queue, such as an extraction, seen from any terminal. */
export interface Undertaking {
  title: string;
  /** What its jobs are: shard, spoof, predict, trial or fit. */
  kinds: string[];
  waiting: number;
  active: number;
  completed: number;
  failed: number;
  /** Somebody called it off. */
  cancelled: boolean;
  /** Files (of a sweep: trainings) a second over the jobs that ended last; 0 before two have. */
  rate: number;
  /** Seconds left at that rate; null where it is not known. */
  secondsLeft: number | null;
  /** Jobs that failed for good, the last ones first; no more than a hundred of them. */
  dead: DeadLetter[];
}

/** A job that nobody takes any more. */
export interface DeadLetter {
  id: string;
  reason: string;
  attempts: number;
}

const page = 1000;
/** Jobs that the rate looks back on. */
const recent = 50;
const shownDead = 100;

const states = [
  ["waiting", ["wait", "delayed", "prioritized"]],
  ["active", ["active"]],
  ["completed", ["completed"]],
  ["failed", ["failed"]],
] as const;

/** Jobs in some states, a page at a time, without what they carry. */
async function* jobsIn(server: OpenQueue, wanted: readonly JobType[]): AsyncGenerator<JobFacts> {
  for (const state of wanted) {
    for (let from = 0; ; from += page) {
      const ids = await server.queue.getRanges([state], from, from + page - 1);
      // A job that ends between the list and the look is none any more.
      for (const job of await lookAt(server, ids)) if (job.state !== "unknown") yield job;
      if (ids.length < page) break;
    }
  }
}

/** Everything in the queue, an entry for each undertaking. */
export function overview(url: string): Promise<Undertaking[]> {
  return withQueue(url, async (server) => {
    const found = new Map<string, Tally>();
    for (const [key, wanted] of states) {
      for await (const job of jobsIn(server, wanted)) {
        const { kind, items, title } = readJobName(job.name);
        const one = found.get(title) ?? newTally();
        found.set(title, one);
        one[key]++;
        one.kinds.add(kind);
        if (key === "waiting" || key === "active") one.openItems += items;
        if (key === "completed" && job.finishedOn) one.ends.push({ at: job.finishedOn, items });
        if (key === "failed") one.dead.push(job);
      }
    }
    const off = await cancelledOf(server.redis, [...found.keys()]);
    return [...found].map(([title, one]) => ({ ...undertakingOf(title, one), cancelled: off.has(title) }));
  });
}

interface Tally {
  kinds: Set<string>;
  waiting: number;
  active: number;
  completed: number;
  failed: number;
  openItems: number;
  ends: { at: number; items: number }[];
  dead: JobFacts[];
}

const newTally = (): Tally => ({
  kinds: new Set(),
  waiting: 0,
  active: 0,
  completed: 0,
  failed: 0,
  openItems: 0,
  ends: [],
  dead: [],
});

function undertakingOf(
  title: string,
  { openItems, ends, dead, kinds, ...counts }: Tally,
): Omit<Undertaking, "cancelled"> {
  const last = ends.sort((a, b) => b.at - a.at).slice(0, recent);
  const seconds = last.length > 1 ? (last[0].at - last[last.length - 1].at) / 1000 : 0;
  const done = last.slice(0, -1).reduce((sum, { items }) => sum + items, 0);
  const rate = seconds > 0 ? done / seconds : 0;
  const letters = dead
    .sort((a, b) => (b.finishedOn ?? 0) - (a.finishedOn ?? 0))
    .slice(0, shownDead)
    .map(({ id, reason = "", attempts }) => ({ id, reason, attempts }));
  const secondsLeft = rate > 0 ? openItems / rate : null;
  return { title, kinds: [...kinds], ...counts, rate, secondsLeft, dead: letters };
}

/**
 * Calls an undertaking off: its waiting jobs are taken out, workers drop those that run, and the command that waits for them ends.
 *
 * @returns how many jobs were taken out
 */
export function cancel(url: string, title: string): Promise<number> {
  return withQueue(url, async (server) => {
    await markCancelled(server.redis, title);
    const ids: string[] = [];
    for await (const job of jobsIn(server, ["wait", "delayed", "prioritized"])) {
      if (readJobName(job.name).title === title) ids.push(job.id);
    }
    const removed = await Promise.allSettled(ids.map((id) => server.queue.remove(id)));
    return removed.filter(({ status }) => status === "fulfilled").length;
  });
}

/** Puts the failed jobs of an undertaking (default: of all) back into the queue. @returns how many */
export function retryFailed(url: string, title?: string): Promise<number> {
  return withQueue(url, async (server) => {
    const dead: JobFacts[] = [];
    for await (const job of jobsIn(server, ["failed"])) {
      if (title === undefined || readJobName(job.name).title === title) dead.push(job);
    }
    for (const own of new Set(dead.map(({ name }) => readJobName(name).title)))
      await unmarkCancelled(server.redis, own);
    let retried = 0;
    for (let i = 0; i < dead.length; i += page) {
      const ends = await Promise.allSettled(
        dead.slice(i, i + page).map(async ({ id }) => (await server.queue.getJob(id))?.retry("failed")),
      );
      // Those that are none any more ended otherwise in the meantime.
      retried += ends.filter(({ status }) => status === "fulfilled").length;
    }
    return retried;
  });
}
