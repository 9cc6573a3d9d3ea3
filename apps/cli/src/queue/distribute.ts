import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../cli/errors.js";
import { earshotVersion } from "../run/environment.js";
import { openPlace } from "../storage/place.js";
import { type Broker, type Job, type JobFacts, type JobNews, lookAgainMs } from "./broker.js";
import { hashName, isCrash, type Piece, type PieceResult, type PieceRunner, type RunOptions } from "./piece.js";
import { calledOffReason, jobName } from "./task.js";
import { type QueueAt, withBroker } from "./withBroker.js";

/** Jobs handed in at once. */
const batch = 500;
/** Jobs of a look at those whose news did not come (a server that restarted tells nothing of what happened before); the next one takes the next of them. */
const lookAgain = 5000;

/**
 * Pieces of work done by whoever takes jobs from a queue; in place of `runHere`.
 *
 * Jobs stay in the queue when this process ends: called again, it goes on where it was. A job that fails for good does not stop the others.
 *
 * @param at where the queue is
 */
export const runOn =
  (at: QueueAt): PieceRunner =>
  (pieces, options) =>
    withBroker(at, (broker) => new Distribution(broker, options).run(pieces));

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
  private readonly version = earshotVersion();
  private wake: () => void = () => {};

  constructor(
    private readonly broker: Broker,
    private readonly options: RunOptions<Result>,
  ) {}

  /** @throws UserError if jobs failed for good or were called off; the signal's reason */
  async run(pieces: readonly Piece[]): Promise<void> {
    const { signal, title } = this.options;
    let stop = (): void => {};
    // Whoever interrupts does not wait for a server that is gone.
    const stopped = new Promise<never>((_, reject) => {
      stop = () => reject(signal?.reason);
    });
    stopped.catch(() => {});
    signal?.addEventListener("abort", stop);
    try {
      signal?.throwIfAborted();
      const done = (async () => {
        await this.broker.listen((news) => this.hear(news));
        await this.broker.callOn(title);
        await this.add(pieces);
        await this.follow();
      })();
      await Promise.race([done, stopped]);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    if (this.failed.size > 0) throw failure(this.failed, this.open);
  }

  private hear(news: JobNews): void {
    if (!this.open.has(news.id)) return;
    if (news.state === "completed") this.arrived.push({ name: "", attempts: 1, ...news });
    else this.suspect.add(news.id);
    this.wake();
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
      for (const facts of await this.broker.lookAt(seen)) {
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
      // A worker had dropped it when this was asked for again.
      if (reason === calledOffReason && !(await this.isCancelled())) return this.again(id, piece);
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
    return (await this.broker.calledOff([this.options.title])).size > 0;
  }

  private async add(pieces: readonly Piece[]): Promise<void> {
    for (let i = 0; i < pieces.length; i += batch) {
      const jobs = pieces.slice(i, i + batch).map((piece) => this.jobOf(piece));
      for (const [k, { id }] of jobs.entries()) {
        this.open.set(id, pieces[i + k]);
        this.fresh.add(id);
      }
      await this.broker.add(jobs);
      this.options.signal?.throwIfAborted();
    }
  }

  /** In place of a job that is gone, that failed in an earlier run, or whose result no longer stands. */
  private async again(id: string, piece: Piece): Promise<void> {
    await this.broker.remove([id]);
    await this.broker.add([this.jobOf(piece)]);
  }

  private jobOf({ work, items, first }: Piece): Job {
    return {
      // The same work for another place is another job.
      id: `${hashName(work.place)}-${work.name}`,
      name: jobName(work, items, this.options.title),
      task: { version: this.version, work },
      ...(first && { first }),
    };
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
