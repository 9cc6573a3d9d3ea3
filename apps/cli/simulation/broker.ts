import { setTimeout as sleep } from "node:timers/promises";
import type { Chance } from "@earshot/testing/fuzz";
import { currentProcess } from "@earshot/testing/simulation";
import { UserError } from "../src/cli/errors.js";
import {
  attempts,
  type Broker,
  backoffMs,
  type Crew,
  type CrewOptions,
  FinalError,
  type Job,
  type JobFacts,
  type JobNews,
  type JobState,
} from "../src/queue/broker.js";
import type { PieceResult } from "../src/queue/piece.js";
import type { Task } from "../src/queue/task.js";
import type { SimulatedRedis, Taken } from "./redis.js";

/** The way between a machine and the server. */
export interface Way {
  /** One way, ms; as much again at most, at random. */
  latencyMs: number;
  /** Share of answers, and of news, that never come. */
  loss: number;
  /** Whether nothing goes through. */
  cut: boolean;
  /** When something went through again, ms. */
  mendedMs?: number;
}

/** Between two tries to reach a server, ms. */
const reconnectMs = 1000;
/** How long the answer of a server is waited for where one wants to end, ms. */
const patienceMs = 3000;
/** Longest that an idle worker sleeps, ms. */
const idleMs = 5000;

/** A queue in a simulated server, as BullMQ's classes keep it. @throws UserError if the server is not reached */
export async function openSimulated(server: SimulatedRedis, way: Way, chance: Chance): Promise<Broker> {
  await sleep(way.latencyMs);
  if (!server.isUp || way.cut) throw new UserError("No queue answers at redis://simulated; start it.");
  return new SimulatedBroker(server, way, chance);
}

class SimulatedBroker implements Broker {
  private closed = false;
  private readonly leave: (() => void)[] = [];

  constructor(
    private readonly server: SimulatedRedis,
    private readonly way: Way,
    private readonly chance: Chance,
  ) {}

  add = (jobs: readonly Job[]): Promise<void> => this.ask(() => this.server.add(jobs));
  lookAt = (ids: readonly string[]): Promise<JobFacts[]> => this.ask(() => this.server.lookAt(ids));
  list = (state: JobState, from: number, count: number): Promise<string[]> =>
    this.ask(() => this.server.list(state, from, count));
  remove = (ids: readonly string[]): Promise<number> => this.each(ids, (id) => this.server.remove(id));
  retry = (ids: readonly string[]): Promise<number> => this.each(ids, (id) => this.server.retry(id));
  callOff = (title: string): Promise<void> => this.ask(() => this.server.mark(title, performance.now()));
  callOn = (title: string): Promise<void> => this.ask(() => this.server.mark(title, undefined));

  async calledOff(titles: readonly string[]): Promise<Set<string>> {
    if (titles.length === 0) return new Set();
    return this.ask(() => new Set(titles.filter((title) => this.server.marks.has(title))));
  }

  async listen(heard: (news: JobNews) => void): Promise<void> {
    const process = currentProcess();
    const hear = (news: JobNews): void => {
      if (this.way.cut || this.chance.next() < this.way.loss) return;
      const tell = (): void => void setTimeout(() => !this.closed && heard(structuredClone(news)), this.delay());
      if (process) process.run(tell);
      else tell();
    };
    await this.ask(() => this.server.heard.add(hear));
    this.leave.push(() => this.server.heard.delete(hear));
  }

  async work(run: (task: Task, name: string) => Promise<PieceResult>, options: CrewOptions): Promise<Crew> {
    const { workers, lockMs } = options;
    const locks = new Map<string, string>();
    let closing = false;
    const idle = new Set<() => void>();
    const wake = (): void => {
      for (const one of idle) one();
    };
    const process = currentProcess();
    const arrived = (): void => (process ? process.run(() => void setTimeout(wake, this.delay())) : wake());
    this.server.arrived.add(arrived);
    const renewing = setInterval(() => {
      for (const [id, token] of locks) void this.ask(() => this.server.extend(id, token, lockMs));
    }, lockMs / 2);
    const looking = setInterval(() => void this.ask(() => this.server.lookForStalled(lockMs)), lockMs);
    this.leave.push(() => {
      this.server.arrived.delete(arrived);
      clearInterval(renewing);
      clearInterval(looking);
    });
    const loop = async (): Promise<void> => {
      while (!closing) {
        const token = String(this.chance.next());
        const job = await this.ask(() => this.server.take(token, lockMs));
        if (job) await this.process(job, token, locks, run, options);
        else if (!closing) {
          let heard = (): void => {};
          const woken = new Promise<void>((done) => (heard = done));
          idle.add(heard);
          await Promise.race([woken, sleep(idleMs * (0.1 + 0.9 * this.chance.next()))]);
          idle.delete(heard);
        }
      }
    };
    const ended = Promise.all(Array.from({ length: workers }, loop));
    return {
      close: async () => {
        closing = true;
        wake();
        await this.unlessGone(ended);
      },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const leave of this.leave) leave();
  }

  private async process(
    { id, name, task, attempts: before, deferred }: Taken,
    token: string,
    locks: Map<string, string>,
    run: (task: Task, name: string) => Promise<PieceResult>,
    { onDone, onFailed }: CrewOptions,
  ): Promise<void> {
    locks.set(id, token);
    try {
      if (deferred !== undefined) throw new FinalError(deferred);
      const result = await run(task, name);
      locks.delete(id);
      await this.ask(() => this.server.complete(id, token, result));
      onDone?.(name);
    } catch (error) {
      locks.delete(id);
      const { message } = error as Error;
      const last = error instanceof FinalError || before + 1 >= attempts;
      const againMs = last ? undefined : backoffMs * 2 ** before;
      // Somebody else may have got the job meanwhile.
      await this.ask(() => this.server.fail(id, token, message, againMs)).then(
        () => onFailed?.(name, message),
        () => {},
      );
    }
  }

  private delay(): number {
    return this.way.latencyMs * (1 + this.chance.next());
  }

  private each(ids: readonly string[], act: (id: string) => number): Promise<number> {
    return this.ask(() => ids.reduce((sum, id) => sum + act(id), 0));
  }

  /** Waits for the server, and asks again where no answer came. What is closed never gets one. */
  private async ask<T>(script: () => T): Promise<T> {
    for (;;) {
      await sleep(this.delay());
      if (this.closed) return new Promise<never>(() => {});
      if (this.server.isUp && !this.way.cut) {
        const { life } = this.server;
        const answer = script();
        const lost = this.chance.next() < this.way.loss;
        await sleep(this.delay());
        if (!lost && life === this.server.life && !this.way.cut) return answer;
      }
      await sleep(reconnectMs * (1 + this.chance.next()));
    }
  }

  private async unlessGone(ending: Promise<unknown>): Promise<void> {
    let ended = false;
    const end = ending.then(() => {
      ended = true;
    });
    while (!ended) {
      await Promise.race([end, sleep(patienceMs)]);
      if (!this.server.isUp || this.way.cut) return;
    }
  }
}
