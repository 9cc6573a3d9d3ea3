import type { GrownTrees } from "../tree/growTree.js";
import { type Handle, startWorker } from "./startWorker.js";
import type { ForestData, ForestJob, FromWorker } from "./worker.js";

/** A forest being grown. */
interface Growing {
  id: number;
  data: ForestData;
  jobs: readonly ForestJob[];
  threads: number;
  signal?: AbortSignal;
  afterJob?: (done: number) => void;
  /** First job that no worker has. */
  next: number;
  done: number;
  results: GrownTrees[];
  resolve(results: GrownTrees[]): void;
  reject(reason: unknown): void;
}

interface Hand {
  worker: Handle;
  /** Jobs sent and not answered. */
  inFlight: number;
  /** Forests whose data it has. */
  knows: Set<number>;
}

/** Workers wait this long for the next forest: a stack, a search or a cross-validation soon has one, and warm workers start at full speed. */
const idleMs = 2000;

/** Jobs that wait in a worker at most, so that it goes on while this thread is busy with something else. */
const mostAhead = 4;

const hands: Hand[] = [];
/** First come, first served. */
const forests: Growing[] = [];
let lastId = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/**
 * Grows the trees of all jobs on several threads; forests asked for meanwhile share the workers.
 *
 * @returns undefined where no worker can be started (a page whose policy forbids it): the caller then works alone
 */
export async function growInWorkers(
  data: ForestData,
  jobs: readonly ForestJob[],
  threads: number,
  options: { signal?: AbortSignal; afterJob?: (done: number) => void } = {},
): Promise<GrownTrees[] | undefined> {
  if (!staff(Math.min(threads, jobs.length))) return undefined;
  return new Promise((resolve, reject) => {
    const results = new Array<GrownTrees>(jobs.length);
    forests.push({ id: ++lastId, data, jobs, threads, ...options, next: 0, done: 0, results, resolve, reject });
    feed();
  });
}

/** Starts workers until there are enough; false if there is none. */
function staff(count: number): boolean {
  clearTimeout(idle);
  try {
    while (hands.length < count) {
      const hand: Hand = {
        worker: startWorker({ receive: (message) => take(hand, message), fail: (error) => lose(hand, error) }),
        inFlight: 0,
        knows: new Set(),
      };
      hands.push(hand);
    }
  } catch {
    // Those that did start do it.
  }
  for (const { worker } of hands) worker.hold(true);
  return hands.length > 0;
}

/** Hands out jobs: several to each worker while many are left, the last ones singly, so that all end at about the same time. */
function feed(): void {
  for (let ahead = 1; ahead <= mostAhead; ahead++) {
    for (const [h, hand] of hands.entries()) {
      const left = forests.reduce((sum, { jobs, next }) => sum + jobs.length - next, 0);
      const forest = forests.find(({ jobs, next, threads }) => next < jobs.length && h < threads);
      if (!forest || hand.inFlight >= ahead || (ahead > 1 && left < 2 * ahead * hands.length)) continue;
      const { id, data, jobs } = forest;
      if (!hand.knows.has(id)) hand.worker.send({ forest: id, data });
      hand.knows.add(id);
      const index = forest.next++;
      hand.worker.send({ forest: id, index, job: jobs[index] });
      hand.inFlight++;
    }
  }
}

function take(hand: Hand, message: FromWorker): void {
  hand.inFlight--;
  const forest = forests.find(({ id }) => id === message.forest);
  if (forest) {
    try {
      forest.signal?.throwIfAborted();
      if ("error" in message) throw new Error(`growInWorkers: ${message.error}`);
      forest.results[message.index] = message.grown;
      forest.afterJob?.(++forest.done);
      if (forest.done === forest.jobs.length) {
        leave(forest);
        forest.resolve(forest.results);
      }
    } catch (reason) {
      leave(forest);
      forest.reject(reason);
    }
  }
  feed();
}

/** A worker broke: what it was working on cannot be had. */
function lose(hand: Hand, error: Error): void {
  dismiss(hand);
  const helpless = forests.length > 0 && !staff(1);
  for (const forest of forests.filter(({ id }) => helpless || hand.knows.has(id))) {
    leave(forest);
    forest.reject(error);
  }
  feed();
}

/** Forgets a forest that is done or given up. */
function leave(forest: Growing): void {
  forests.splice(forests.indexOf(forest), 1);
  for (const { worker, knows } of hands) if (knows.delete(forest.id)) worker.send({ forest: forest.id, done: true });
  if (forests.length > 0) return;
  for (const hand of [...hands]) {
    // Given up: what is still in flight would keep the processor busy in vain.
    if (hand.inFlight > 0) dismiss(hand);
    else hand.worker.hold(false);
  }
  idle = setTimeout(() => [...hands].forEach(dismiss), idleMs);
  // A page's timers are numbers.
  if (typeof idle === "object") idle.unref();
}

function dismiss(hand: Hand): void {
  const at = hands.indexOf(hand);
  if (at >= 0) hands.splice(at, 1);
  hand.worker.end();
}
