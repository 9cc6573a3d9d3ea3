import { setTimeout as sleep } from "node:timers/promises";
import type { JobsOptions, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { loadBullMq, parseQueueUrl, requireServer } from "./address.js";
import {
  attempts,
  type Broker,
  backoffMs,
  type Crew,
  type CrewOptions,
  doneSec,
  failedSec,
  type Job,
  type JobFacts,
  type JobNews,
  maxStalled,
} from "./broker.js";
import { calledOff, callOff, callOn } from "./calledOff.js";
import type { PieceResult } from "./piece.js";
import { queueName, queuePrefix, type Task } from "./task.js";

/** Jobs looked at, added or removed in one exchange with the server. */
const batch = 1000;
/** How long a server may take to answer before those who end do so without it, ms. */
const patienceMs = 3000;

/** Time that passes, and keeps no process alive. */
const pause = (ms: number): Promise<void> => sleep(ms, undefined, { ref: false });

/** A queue in Redis or Valkey, kept by BullMQ. @throws UserError if no server answers */
export async function openBullMq(url: string): Promise<Broker> {
  const address = parseQueueUrl(url);
  await requireServer(address);
  const bull = await loadBullMq();
  const { Redis: Client } = await import("ioredis");
  const redis = new Client(address.connection);
  // A connection that breaks is made again; what was missed meanwhile is looked up.
  redis.on("error", () => {});
  return new BullMqBroker(bull, redis);
}

class BullMqBroker implements Broker {
  private readonly queue: Queue<Task>;
  /** What else is open on the server. */
  private readonly open: { close(): Promise<void>; disconnect(): Promise<void> }[] = [];
  /** Whether the server was not there when it was asked last. */
  private gone = false;

  constructor(
    private readonly bull: typeof import("bullmq"),
    private readonly redis: Redis,
  ) {
    this.queue = new bull.Queue<Task>(queueName, this.options);
    this.queue.on("error", () => {});
    this.open.push(this.queue);
  }

  private get options() {
    return { connection: this.redis, prefix: queuePrefix };
  }

  async add(jobs: readonly Job[]): Promise<void> {
    await this.queue.addBulk(
      jobs.map(({ id, name, task, first }) => ({ name, data: task, opts: optionsOf(id, first) })),
    );
  }

  /** With one exchange for a thousand jobs, where BullMQ would take two for each. */
  async lookAt(ids: readonly string[]): Promise<JobFacts[]> {
    const facts: JobFacts[] = [];
    for (let i = 0; i < ids.length; i += batch) {
      const some = ids.slice(i, i + batch);
      const asked = this.redis.pipeline();
      for (const id of some) {
        asked.hmget(this.queue.toKey(id), "name", "finishedOn", "failedReason", "returnvalue", "atm");
      }
      const answers = (await asked.exec()) ?? [];
      for (const [k, [error, values]] of answers.entries()) {
        if (error) throw error;
        facts.push(factsOf(some[k], values as (string | null)[]));
      }
    }
    return facts;
  }

  list: Broker["list"] = (state, from, count) => this.queue.getRanges([state], from, from + count - 1);

  remove = (ids: readonly string[]): Promise<number> => count(ids, (id) => this.queue.remove(id));

  retry = (ids: readonly string[]): Promise<number> =>
    count(ids, async (id) => {
      const job = await this.queue.getJob(id);
      await job?.retry("failed");
      return job ? 1 : 0;
    });

  async listen(heard: (news: JobNews) => void): Promise<void> {
    const events = new this.bull.QueueEvents(queueName, this.options);
    this.open.push(events);
    events.on("error", () => {});
    events.on("completed", ({ jobId, returnvalue }) => heard({ id: jobId, state: "completed", result: returnvalue }));
    events.on("failed", ({ jobId }) => heard({ id: jobId, state: "failed" }));
    await events.waitUntilReady();
  }

  async work(
    run: (task: Task, name: string) => Promise<PieceResult>,
    { workers, lockMs, onDone, onFailed }: CrewOptions,
  ): Promise<Crew> {
    let running = 0;
    const runCounted = async ({ data, name }: { data: Task; name: string }): Promise<PieceResult> => {
      running++;
      try {
        return await run(data, name);
      } finally {
        running--;
      }
    };
    const worker = new this.bull.Worker<Task, PieceResult>(queueName, runCounted, {
      ...this.options,
      concurrency: workers,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: maxStalled,
    });
    this.open.push(worker);
    worker.on("error", () => {});
    worker.on("completed", ({ name }) => onDone?.(name));
    worker.on("failed", (job, error) => onFailed?.(job?.name ?? "", error.message));
    await worker.waitUntilReady();
    return {
      close: async () => {
        // Nothing more is taken from now on.
        void worker.pause(true);
        // Forced, it waits for nobody; what its jobs come to is then not told.
        const closed = worker.close(!(await this.answers()));
        // A connection that just breaks or comes back may keep BullMQ's own closing from ever ending.
        const told = async (): Promise<void> => {
          while (running > 0) await pause(patienceMs / 10);
          await pause(patienceMs);
        };
        await this.unlessGone(Promise.race([closed, told()]));
      },
    };
  }

  callOff = (title: string): Promise<void> => callOff(this.redis, title);
  callOn = (title: string): Promise<void> => callOn(this.redis, title);
  calledOff = (titles: readonly string[]): Promise<Set<string>> => calledOff(this.redis, titles);

  async close(): Promise<void> {
    await this.unlessGone(Promise.race([Promise.all(this.open.map((one) => one.close())), pause(patienceMs)]));
    // What waits for a server that is gone is cut off.
    for (const one of this.open) void one.disconnect().catch(() => {});
    this.redis.disconnect();
  }

  /** Whether the server answers soon. */
  private async answers(): Promise<boolean> {
    const silence = new AbortController();
    const answer = this.redis.ping().then(
      () => true,
      () => false,
    );
    const silent = sleep(patienceMs, false, { signal: silence.signal }).catch(() => false);
    const first = await Promise.race([answer, silent]);
    silence.abort();
    return first;
  }

  /** Waits for something, but not for a server that does not answer. */
  private async unlessGone(ending: Promise<unknown>): Promise<void> {
    let ended = false;
    const end = ending
      .catch(() => {})
      .then(() => {
        ended = true;
      });
    while (!ended && !this.gone) {
      const stop = new AbortController();
      await Promise.race([end, sleep(patienceMs / 10, undefined, { signal: stop.signal }).catch(() => {})]);
      stop.abort();
      if (!ended) this.gone = !(await Promise.race([this.answers(), end.then(() => true)]));
    }
  }
}

const optionsOf = (jobId: string, first = false): JobsOptions => ({
  jobId,
  attempts,
  backoff: { type: "exponential", delay: backoffMs },
  removeOnComplete: { age: doneSec },
  removeOnFail: { age: failedSec },
  ...(first && { lifo: true }),
});

/** Does something for each, many at once. @returns the sum of those that could be done */
async function count(ids: readonly string[], act: (id: string) => Promise<number>): Promise<number> {
  let sum = 0;
  for (let i = 0; i < ids.length; i += batch) {
    const ends = await Promise.allSettled(ids.slice(i, i + batch).map(act));
    for (const end of ends) if (end.status === "fulfilled") sum += end.value;
  }
  return sum;
}

function factsOf(id: string, [name, finishedOn, reason, result, tried]: (string | null)[]): JobFacts {
  const own = { id, name: name ?? "", attempts: Number(tried ?? 0) };
  if (name === null) return { ...own, state: "unknown" };
  // BullMQ takes these words away when a job is tried again: where they stand, it has ended.
  if (finishedOn === null) return { ...own, state: "open" };
  const ended = { ...own, finishedOn: Number(finishedOn) };
  // The reason of an attempt that failed stays when a later one does not.
  if (result !== null) return { ...ended, state: "completed", result: JSON.parse(result) };
  return { ...ended, state: "failed", reason: reason ?? "unknown" };
}
