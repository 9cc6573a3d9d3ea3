import { setTimeout as sleep } from "node:timers/promises";
import type { JobsOptions } from "bullmq";
import { UserError } from "../cli/errors.js";
import { earshotVersion } from "../run/environment.js";
import { openPlace } from "../storage/place.js";
import { loadBullMq } from "./address.js";
import { cancelledOf, unmarkCancelled } from "./cancelled.js";
import { type JobFacts, lookAt, type OpenQueue, withQueue } from "./connection.js";
import { hashName, isCrash, type Piece, type PieceResult, type PieceRunner, type RunOptions } from "./piece.js";
import { jobName, queueName } from "./task.js";

/** Jobs given to Redis in one call. */
const batch = 500;
/** Between two looks at jobs whose news did not come: a server that restarted tells nothing of what happened before. */
const lookAgainMs = 2000;
/** Jobs of such a look; the next one takes the next of them. */
const lookAgain = 5000;

/**
 * Pieces of work done by whoever takes jobs from a queue; in place of `runHere`.
 *
 * Jobs stay in the queue when this process ends: called again, it goes on where it was. A job that fails for good does not stop the others.
 *
 * @param url where the queue is
 */
export const runOn =
  (url: string): PieceRunner =>
  (pieces, options) =>
    withQueue(url, (open) => new Distribution(open, options).run(pieces));

/** One undertaking under way: its jobs in the queue, seen by the process that put them there. */
class Distribution<Result extends PieceResult> {
  /** Jobs whose result has not been told, by id. */
  private readonly open = new Map<string, Piece>();
  /** Those of them that failed for good, and why. */
  private readonly failed = new Map<string, string>();
  /** Jobs that have not been looked at since they were put there: an earlier run may have left them. */
  private readonly fresh = new Set<string>();
  /** Results that came as news. */
  private readonly arrived: JobFacts[] = [];
  /** Jobs of which something else was heard. */
  private readonly suspect = new Set<string>();
  private wake: () => void = () => {};

  constructor(
    private readonly server: OpenQueue,
    private readonly options: RunOptions<Result>,
  ) {}

  /** @throws UserError if jobs failed for good or were called off; the signal's reason */
  async run(pieces: readonly Piece[]): Promise<void> {
    const { redis, queue, options } = this.server;
    const { QueueEvents } = await loadBullMq();
    const events = new QueueEvents(queueName, options);
    events.on("error", () => {});
    events.on("completed", ({ jobId, returnvalue }) => {
      if (!this.open.has(jobId)) return;
      this.arrived.push({ id: jobId, name: "", state: "completed", result: returnvalue, attempts: 1 });
      this.wake();
    });
    events.on("failed", ({ jobId }) => {
      if (this.open.has(jobId)) this.suspect.add(jobId);
      this.wake();
    });
    const wake = (): void => this.wake();
    this.options.signal?.addEventListener("abort", wake);
    try {
      await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
      await unmarkCancelled(redis, this.options.title);
      await this.add(pieces);
      await this.follow();
    } finally {
      this.options.signal?.removeEventListener("abort", wake);
      await events.close().catch(() => {});
    }
    if (this.failed.size > 0) throw failure(this.failed, this.open);
  }

  private async follow(): Promise<void> {
    for (let lookedAt = Date.now(), next = 0; ; ) {
      this.options.signal?.throwIfAborted();
      const late = Date.now() - lookedAt > lookAgainMs;
      const ids = new Set([...this.fresh, ...this.suspect]);
      this.suspect.clear();
      if (late) {
        const all = [...this.open.keys()];
        if (next >= all.length) next = 0;
        for (const id of all.slice(next, next + lookAgain)) ids.add(id);
        next += lookAgain;
        lookedAt = Date.now();
      }
      for (const facts of this.arrived.splice(0)) await this.take(facts, false);
      const seen = [...ids].filter((id) => this.open.has(id));
      for (const facts of await lookAt(this.server, seen)) {
        const left = this.fresh.delete(facts.id);
        await this.take(facts, left);
      }
      if (this.open.size === this.failed.size) return;
      await this.news();
    }
  }

  /** Until something is heard, or it is time to look again. */
  private async news(): Promise<void> {
    if (this.arrived.length + this.suspect.size + this.fresh.size > 0) return;
    const stop = new AbortController();
    const heard = new Promise<void>((done) => {
      this.wake = done;
    });
    if (!this.options.signal?.aborted) await Promise.race([heard, sleep(lookAgainMs, undefined, stop).catch(() => {})]);
    stop.abort();
  }

  /** @param left by an earlier run, perhaps */
  private async take({ id, state, result, reason }: JobFacts, left: boolean): Promise<void> {
    const piece = this.open.get(id);
    if (!piece || state === "open") return void (state === "open" && this.failed.delete(id));
    if (state === "completed" && (await stands(piece))) {
      this.open.delete(id);
      this.fresh.delete(id);
      this.failed.delete(id);
      await this.add((await this.options.onResult(result as Result)) ?? []);
    } else if (left) await this.again(id, piece);
    else if (state === "failed") {
      const { onCrash } = this.options;
      if (onCrash && isCrash(reason ?? "")) {
        this.open.delete(id);
        return this.add((await this.options.onResult(onCrash(piece.work, reason ?? ""))) ?? []);
      }
      const known = [...this.failed.values()].includes(reason ?? "");
      this.failed.set(id, reason ?? "");
      if (await this.isCancelled()) throw called(this.options.title);
      if (!known) this.options.onTrouble?.(reason ?? "");
    } else if (await this.isCancelled()) throw called(this.options.title);
    else if (state === "unknown") await this.again(id, piece);
    else {
      throw new UserError(
        `${this.options.title}: a worker says that ${piece.work.name} is made, yet it is not here; all machines must share the folder, under the same path.`,
      );
    }
  }

  private async isCancelled(): Promise<boolean> {
    return (await cancelledOf(this.server.redis, [this.options.title])).size > 0;
  }

  private async add(pieces: readonly Piece[]): Promise<void> {
    for (let i = 0; i < pieces.length; i += batch) {
      const jobs = pieces.slice(i, i + batch).map((piece) => this.jobOf(piece));
      for (const [k, { opts }] of jobs.entries()) {
        this.open.set(opts.jobId, pieces[i + k]);
        this.fresh.add(opts.jobId);
      }
      await this.server.queue.addBulk(jobs);
      this.options.signal?.throwIfAborted();
    }
  }

  /** In place of a job that is gone, that failed in an earlier run, or whose result no longer stands. */
  private async again(id: string, piece: Piece): Promise<void> {
    await this.server.queue.remove(id).catch(() => {});
    const { name, data, opts } = this.jobOf(piece);
    await this.server.queue.add(name, data, opts);
  }

  private jobOf({ work, items, first }: Piece) {
    const { title } = this.options;
    const opts: JobsOptions & { jobId: string } = {
      // The same work for another place is another job.
      jobId: `${hashName(work.place)}-${work.name}`,
      attempts: 3,
      backoff: { type: "exponential", delay: 1000 },
      // A day is enough for whoever comes back for the results.
      removeOnComplete: { age: 86_400 },
      ...(first && { lifo: true }),
    };
    return { name: jobName(work, items, title), data: { version: earshotVersion(), work }, opts };
  }
}

const stands = ({ work }: Piece): Promise<boolean> => openPlace(work.place).has(`${work.name}.json`);

const called = (title: string): UserError =>
  new UserError(`${title} was called off by \`earshot jobs --cancel\`; call this again to go on.`);

function failure(failed: ReadonlyMap<string, string>, open: ReadonlyMap<string, Piece>): UserError {
  const [[id, words]] = failed;
  const kind = open.get(id)?.work.kind;
  const count = failed.size === 1 ? `A ${kind} job` : `${failed.size} ${kind} jobs`;
  return new UserError(
    `${count} failed: ${words.replace(/[.]$/, "")}. Everything else is done; see \`earshot jobs --queue URL\`, then call this again.`,
  );
}
