import type { VirtualClock } from "@earshot/testing/simulation";
import {
  doneSec,
  failedSec,
  type Job,
  type JobFacts,
  type JobNews,
  type JobState,
  maxStalled,
} from "../src/queue/broker.js";

/** A job in the simulated server. Never changed: each change is a new one, so that the last second can be taken back. */
interface Stored extends Job {
  state: JobState;
  /** Of those that wait, the lowest is taken first. */
  order: number;
  attempts: number;
  stalled: number;
  /** Found without a lock, or not yet renewed, at the last look for stalled jobs. */
  suspected: boolean;
  /** Why the next worker fails it. */
  deferred?: string;
  lock?: { token: string; untilMs: number };
  dueMs?: number;
  result?: unknown;
  reason?: string;
  finishedOn?: number;
}

/** What a crash costs: nothing (each write is on the disk before its answer), the last second, or everything (no file). */
export type Loss = "nothing" | "second" | "everything";

/** What a worker gets to do. */
export type Taken = Pick<Stored, "id" | "name" | "task" | "attempts" | "deferred">;

/**
 * Redis with BullMQ's scripts in it, as far as Earshot uses them: each method is one script, done at once and whole.
 *
 * Written after BullMQ 6's Lua sources; the contract in `test/broker.test.ts` holds both to the same.
 */
export class SimulatedRedis {
  private readonly jobs = new Map<string, Stored>();
  private readonly byState: Record<JobState, Set<string>> = {
    ...{ wait: new Set(), delayed: new Set(), active: new Set() },
    ...{ completed: new Set(), failed: new Set() },
  };
  readonly marks = new Map<string, number>();
  private journal: { atMs: number; undo: () => void }[] = [];
  private order = 0;
  private lookedForStalledMs = Number.NEGATIVE_INFINITY;
  downUntilMs = 0;
  /** Counts crashes: an answer of a life that is over never comes. */
  life = 0;
  /** Who wants to hear news, and who waits for a job. */
  readonly heard = new Set<(news: JobNews) => void>();
  readonly arrived = new Set<() => void>();

  constructor(private readonly clock: VirtualClock) {}

  get isUp(): boolean {
    return this.clock.nowMs >= this.downUntilMs;
  }

  /** Ends it at once, and starts it again later with what it has not lost. */
  crash(loss: Loss, downMs: number): void {
    this.life++;
    this.downUntilMs = this.clock.nowMs + downMs;
    const sinceMs = loss === "nothing" ? Number.POSITIVE_INFINITY : loss === "second" ? this.clock.nowMs - 1000 : -1;
    const lost = this.journal;
    this.journal = [];
    if (loss === "everything") {
      this.jobs.clear();
      this.marks.clear();
      for (const ids of Object.values(this.byState)) ids.clear();
    } else for (const { atMs, undo } of lost.reverse()) if (atMs >= sinceMs) undo();
    this.lookedForStalledMs = Number.NEGATIVE_INFINITY;
  }

  add(jobs: readonly Job[]): void {
    for (const { id, name, task, first } of jobs) {
      if (this.jobs.has(id)) continue;
      const own = { id, name, task: structuredClone(task), ...(first && { first }) };
      this.put({ ...own, state: "wait", order: this.next(first), attempts: 0, stalled: 0, suspected: false });
    }
  }

  lookAt(ids: readonly string[]): JobFacts[] {
    return ids.map((id) => {
      const job = this.jobs.get(id);
      if (!job) return { id, name: "", state: "unknown", attempts: 0 };
      const { name, state, attempts, result, reason, finishedOn } = job;
      if (finishedOn === undefined) return { id, name, state: "open", attempts };
      const ended = { id, name, attempts, finishedOn };
      return state === "completed"
        ? { ...ended, state, result: structuredClone(result) }
        : { ...ended, state: "failed", reason: reason ?? "unknown" };
    });
  }

  list(state: JobState, from: number, count: number): string[] {
    const ids = [...this.byState[state]];
    if (state === "wait") ids.sort((a, b) => this.of(a).order - this.of(b).order);
    return ids.slice(from, from + count);
  }

  remove(id: string): number {
    const job = this.jobs.get(id);
    if (this.isLocked(job)) return 0;
    this.put(undefined, id);
    return 1;
  }

  retry(id: string): number {
    const job = this.jobs.get(id);
    if (job?.state !== "failed") return 0;
    const { reason: _, finishedOn: __, ...rest } = job;
    this.put({ ...rest, state: "wait", order: this.next(job.first) });
    return 1;
  }

  /** The next job, which then belongs to the holder of a token for a while. */
  take(token: string, lockMs: number): Taken | undefined {
    const nowMs = this.clock.nowMs;
    for (const id of this.byState.delayed) {
      const { dueMs = 0, ...job } = this.of(id);
      if (dueMs <= nowMs) this.put({ ...job, state: "wait", order: this.next(false) });
    }
    let first: Stored | undefined;
    for (const id of this.byState.wait) if (!first || this.of(id).order < first.order) first = this.of(id);
    if (!first) return undefined;
    this.put({ ...first, state: "active", lock: { token, untilMs: nowMs + lockMs } });
    const { id, name, task, attempts, deferred } = first;
    return { id, name, task: structuredClone(task), attempts, ...(deferred !== undefined && { deferred }) };
  }

  extend(id: string, token: string, lockMs: number): void {
    const job = this.jobs.get(id);
    if (!this.isLocked(job) || job.lock.token !== token) return;
    this.put({ ...job, suspected: false, lock: { token, untilMs: this.clock.nowMs + lockMs } });
  }

  /** @throws Error if the job is not the caller's any more */
  complete(id: string, token: string, result: unknown): void {
    const { lock: _, ...job } = this.own(id, token);
    this.finish({ ...job, state: "completed", attempts: job.attempts + 1, result: structuredClone(result) });
    this.tell({ id, state: "completed", result });
    this.forget("completed", doneSec);
  }

  /** @param againMs after which it is tried again; without, it has failed @throws Error if the job is not the caller's any more */
  fail(id: string, token: string, reason: string, againMs?: number): void {
    const { lock: _, deferred: __, ...job } = this.own(id, token);
    const next = { ...job, attempts: job.attempts + 1, reason };
    if (againMs !== undefined) this.put({ ...next, state: "delayed", dueMs: this.clock.nowMs + againMs });
    else {
      this.finish({ ...next, state: "failed" });
      this.tell({ id, state: "failed" });
      this.forget("failed", failedSec);
    }
  }

  /** Jobs without a lock that were active at the last look already wait again; no more often than once in so many milliseconds. */
  lookForStalled(everyMs: number): void {
    if (this.clock.nowMs < this.lookedForStalledMs + everyMs) return;
    this.lookedForStalledMs = this.clock.nowMs;
    for (const id of [...this.byState.active]) {
      const job = this.of(id);
      if (!job.suspected || this.isLocked(job)) continue;
      const stalled = job.stalled + 1;
      const deferred = stalled > maxStalled && { deferred: "job stalled more than allowable limit" };
      // To be taken next.
      this.put({ ...job, state: "wait", order: this.next(true), suspected: false, stalled, ...deferred });
    }
    for (const id of this.byState.active) this.put({ ...this.of(id), suspected: true });
  }

  mark(title: string, atMs: number | undefined): void {
    const before = this.marks.get(title);
    this.note(() => this.setMark(title, before));
    this.setMark(title, atMs);
  }

  /** How many jobs are in each state. */
  get counts(): Record<JobState, number> {
    const sizes = Object.entries(this.byState).map(([state, ids]) => [state, ids.size]);
    return Object.fromEntries(sizes) as Record<JobState, number>;
  }

  private setMark(title: string, atMs: number | undefined): void {
    if (atMs === undefined) this.marks.delete(title);
    else this.marks.set(title, atMs);
  }

  private of(id: string): Stored {
    return this.jobs.get(id) as Stored;
  }

  private own(id: string, token: string): Stored {
    const job = this.jobs.get(id);
    if (!job) throw new Error(`Missing key for job ${id}.`);
    if (!this.isLocked(job)) throw new Error(`Missing lock for job ${id}.`);
    if (job.lock.token !== token) throw new Error(`Lock mismatch for job ${id}.`);
    return job;
  }

  private isLocked(job: Stored | undefined): job is Stored & Required<Pick<Stored, "lock">> {
    return job?.lock !== undefined && job.lock.untilMs > this.clock.nowMs;
  }

  private next(first = false): number {
    return (first ? -1 : 1) * ++this.order;
  }

  private finish(job: Stored): void {
    this.put({ ...job, suspected: false, finishedOn: Date.now() });
  }

  /** What ended long ago goes when another one ends. */
  private forget(state: "completed" | "failed", keptSec: number): void {
    for (const id of this.byState[state]) {
      if ((this.of(id).finishedOn ?? 0) > Date.now() - 1000 * keptSec) break;
      this.put(undefined, id);
    }
  }

  private put(job: Stored | undefined, id = job?.id as string): void {
    const before = this.jobs.get(id);
    this.note(() => this.set(id, before));
    this.set(id, job);
    if (job?.state === "wait" && before?.state !== "wait") for (const wake of [...this.arrived]) wake();
  }

  private set(id: string, job: Stored | undefined): void {
    const before = this.jobs.get(id);
    if (before && before.state !== job?.state) this.byState[before.state].delete(id);
    if (job) {
      this.jobs.set(id, job);
      this.byState[job.state].add(id);
    } else this.jobs.delete(id);
  }

  /** What the last second did is remembered, in case that it is lost. */
  private note(undo: () => void): void {
    const nowMs = this.clock.nowMs;
    this.journal.push({ atMs: nowMs, undo });
    if (this.journal.length > 1000) this.journal = this.journal.filter(({ atMs }) => atMs > nowMs - 1000);
  }

  private tell(news: JobNews): void {
    for (const hear of this.heard) hear(news);
  }
}
