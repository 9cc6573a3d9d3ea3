import type { Broker, JobFacts, JobState } from "./broker.js";
import { readJobName } from "./task.js";
import { type QueueAt, withBroker } from "./withBroker.js";

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
  ["waiting", "wait"],
  ["waiting", "delayed"],
  ["active", "active"],
  ["completed", "completed"],
  ["failed", "failed"],
] as const;

/** Jobs in a state, a page at a time, without what they carry. */
async function* jobsIn(broker: Broker, state: JobState): AsyncGenerator<JobFacts> {
  for (let from = 0; ; from += page) {
    const ids = await broker.list(state, from, page);
    // A job that ends between the list and the look is none any more.
    for (const job of await broker.lookAt(ids)) if (job.state !== "unknown") yield job;
    if (ids.length < page) break;
  }
}

/** Everything in the queue, an entry for each undertaking. */
export function overview(at: QueueAt): Promise<Undertaking[]> {
  return withBroker(at, async (broker) => {
    const found = new Map<string, Tally>();
    for (const [key, state] of states) {
      for await (const job of jobsIn(broker, state)) {
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
    const off = await broker.calledOff([...found.keys()]);
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
export function cancel(at: QueueAt, title: string): Promise<number> {
  return withBroker(at, async (broker) => {
    await broker.callOff(title);
    const ids: string[] = [];
    for (const state of ["wait", "delayed"] as const) {
      for await (const job of jobsIn(broker, state)) if (readJobName(job.name).title === title) ids.push(job.id);
    }
    return broker.remove(ids);
  });
}

/** Puts the failed jobs of an undertaking (default: of all) back into the queue. @returns how many */
export function retryFailed(at: QueueAt, title?: string): Promise<number> {
  return withBroker(at, async (broker) => {
    const dead: JobFacts[] = [];
    for await (const job of jobsIn(broker, "failed")) {
      if (title === undefined || readJobName(job.name).title === title) dead.push(job);
    }
    for (const own of new Set(dead.map(({ name }) => readJobName(name).title))) await broker.callOn(own);
    // Those that are none any more ended otherwise in the meantime.
    return broker.retry(dead.map(({ id }) => id));
  });
}
