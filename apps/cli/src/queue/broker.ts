import type { PieceResult } from "./piece.js";
import type { Task } from "./task.js";

/** A job as it is handed in. */
export interface Job {
  /** A job whose id is known already is not added again. */
  id: string;
  /** Kind, files and title: see {@link jobName}. */
  name: string;
  task: Task;
  /** To be taken before all that wait. */
  first?: boolean;
}

/** What is known of a job. */
export interface JobFacts {
  id: string;
  name: string;
  /** "open": it waits, runs or will be tried again. "unknown": it is gone. */
  state: "open" | "completed" | "failed" | "unknown";
  result?: unknown;
  reason?: string;
  attempts: number;
  finishedOn?: number;
}

/** Where a job is: waiting, to be tried again later, with a worker, or at an end. */
export type JobState = "wait" | "delayed" | "active" | "completed" | "failed";

/** Told while it happens: a job came to an end. Some news never come. */
export type JobNews = { id: string; state: "completed"; result: unknown } | { id: string; state: "failed" };

/** What those who work off jobs want. */
export interface CrewOptions {
  /** Jobs at once. */
  workers: number;
  /** Milliseconds for which a job belongs to a worker that is not heard of. */
  lockMs: number;
  /** Told after a job of this crew was taken down as done, or as failed for this time. */
  onDone?(name: string): void;
  onFailed?(name: string, reason: string): void;
}

/** A job that fails with it is not tried again. */
export class FinalError extends Error {
  // BullMQ knows its own by this name.
  override name = "UnrecoverableError";
}

/** Jobs are tried so often, with so much time after the first failure and twice as much after the second. */
export const attempts = 3;
export const backoffMs = 1000;

/** A job is given away so often when its workers fall silent; the next one finds it a failure. */
export const maxStalled = 5;

/** How long a job that is done is remembered, s: a day is enough for whoever comes back for the results. */
export const doneSec = 86_400;
/** How long one that failed is listed, s. */
export const failedSec = 30 * 86_400;

/** How often those who wait may look for themselves what became of jobs, ms. */
export const lookAgainMs = 2000;

/**
 * A queue of jobs that several machines share: all that Earshot asks of BullMQ. `openBullMq` is the real one; `simulation/` has one in virtual time.
 * `test/broker.test.ts` holds both to what is relied upon:
 *
 * * A job is in one place at a time; of jobs added under one id there is one, until it is removed or forgotten.
 * * Workers take jobs in the order in which they came, those that are `first` before the others.
 * * A job belongs to the worker that took it while the worker renews its lock. When the lock ran out, the job is handed out again, at most
 *   {@link maxStalled} times; then it fails with a reason that holds "stalled more than". Whoever comes with a result after that is not listened to: of
 *   several workers that do one job, one is believed.
 * * A job whose run throws is tried again, {@link attempts} times in all, unless it threw a {@link FinalError}; the last reason is kept.
 * * A job that a worker has cannot be removed while its lock holds. What is done is forgotten after a day.
 * * News come once, late or never; `lookAt` tells what is so now.
 * * While the server is not reached, everything waits for it; what was asked for and not answered is asked for again, and so may happen twice. A server
 *   that comes back may have forgotten the last second, or everything.
 */
export interface Broker {
  add(jobs: readonly Job[]): Promise<void>;
  lookAt(ids: readonly string[]): Promise<JobFacts[]>;
  /** Ids of jobs in a state, from..from + count - 1. */
  list(state: JobState, from: number, count: number): Promise<string[]>;
  /** Takes jobs out that nobody works on. @returns how many were there */
  remove(ids: readonly string[]): Promise<number>;
  /** Puts failed jobs back. @returns how many were still failed */
  retry(ids: readonly string[]): Promise<number>;
  /** Tells news from now on. */
  listen(heard: (news: JobNews) => void): Promise<void>;
  /** Takes jobs and runs them until the crew is closed. */
  work(run: (task: Task, name: string) => Promise<PieceResult>, options: CrewOptions): Promise<Crew>;
  /** Marks an undertaking as called off, for a week. */
  callOff(title: string): Promise<void>;
  /** Takes the mark away: somebody asked for the work again. */
  callOn(title: string): Promise<void>;
  /** Which of these undertakings were called off. */
  calledOff(titles: readonly string[]): Promise<Set<string>>;
  /** Lets go, whether the server is reached or not. */
  close(): Promise<void>;
}

/** Those who work off jobs for a broker. */
export interface Crew {
  /** Finishes what it has and takes nothing more. Where the server is gone, it does not wait to tell it: the jobs are done again. */
  close(): Promise<void>;
}
