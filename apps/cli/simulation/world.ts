import type { Chance } from "@earshot/testing/fuzz";
import type { VirtualClock, VirtualDisk } from "@earshot/testing/simulation";
import type { Way } from "./broker.js";
import type { Loss, SimulatedRedis } from "./redis.js";

/** What happened in a simulation of the queue. */
export interface Told {
  /** Extractions and sweeps that came to their end, and calls of commands for them. */
  undertakings: number;
  commands: number;
  /** Calls that ended with a sentence; that were killed, interrupted, called off, and that had a second one beside them. */
  sentences: number;
  killed: number;
  interrupted: number;
  calledOff: number;
  beside: number;
  /** Jobs that a thread began, and results that somebody had written already. */
  jobs: number;
  twice: number;
  /** Workers that began, were killed, stood still, crashed a thread, or were of another version. */
  workers: number;
  workersKilled: number;
  standstills: number;
  crashedThreads: number;
  strangers: number;
  /** Ends of Redis: with nothing lost, with the last second, with everything; times when a machine did not reach it; times when the disk was full. */
  redisKilled: number;
  lostSecond: number;
  lostEverything: number;
  cuts: number;
  fullDisks: number;
  /** Most jobs and files that were kept at once. */
  mostJobs: number;
  mostFiles: number;
}

const nothing: Told = {
  ...{
    undertakings: 0,
    commands: 0,
    sentences: 0,
    killed: 0,
    interrupted: 0,
    calledOff: 0,
    beside: 0,
    jobs: 0,
    twice: 0,
  },
  ...{ workers: 0, workersKilled: 0, standstills: 0, crashedThreads: 0, strangers: 0 },
  ...{ redisKilled: 0, lostSecond: 0, lostEverything: 0, cuts: 0, fullDisks: 0, mostJobs: 0, mostFiles: 0 },
};

export const minuteMs = 60_000;
export const hourMs = 3_600_000;

/** Everything around Earshot: time, chance, a disk that all machines share, a server, and what befalls them. */
export class World {
  readonly told: Told = { ...nothing };
  /** Violated invariants, the first ones. */
  readonly violations: string[] = [];
  /** Sentences with which calls ended, without their names and numbers. */
  readonly sentences = new Map<string, number>();
  /** Nothing bad happens any more. */
  calm = false;

  constructor(
    readonly clock: VirtualClock,
    readonly chance: Chance,
    readonly server: SimulatedRedis,
    readonly disk: VirtualDisk,
  ) {}

  readonly complain = (what: string): void => {
    if (this.violations.length < 10) this.violations.push(`${(this.clock.nowMs / hourMs).toFixed(4)} h: ${what}`);
  };

  /** Some time, of so many milliseconds in the mean; mostly less, sometimes much more. */
  random(meanMs: number): number {
    return -meanMs * Math.log(1 - this.chance.next());
  }

  pass(ms: number): Promise<void> {
    return new Promise((done) => this.clock.after(ms, done));
  }

  /** Lets something happen again and again, until all is calm. */
  every(meanMs: number, happen: () => void): void {
    this.clock.after(this.random(meanMs), () => {
      if (this.calm) return;
      happen();
      this.every(meanMs, happen);
    });
  }

  /** A way to the server that is bad at times, and for a while none. */
  way(): Way {
    const way: Way = { latencyMs: 1 + this.random(3), loss: 0, cut: false };
    this.every(10 * minuteMs, () => {
      way.latencyMs = 1 + this.random(this.chance.of([3, 3, 50, 500]));
      way.loss = this.chance.of([0, 0, 0.001, 0.02]);
    });
    this.every(40 * minuteMs, () => {
      this.told.cuts++;
      way.cut = true;
      this.clock.after(this.random(minuteMs), () => {
        way.cut = false;
        way.mendedMs = this.clock.nowMs;
      });
    });
    return way;
  }

  /** What befalls the server and the disk from now on. */
  beginFaults(): void {
    const { clock, chance, server, disk, told } = this;
    // Servers of some simulations keep an append-only file, those of others write it once a second, or not at all.
    const losses = chance.of<Loss[]>([["nothing"], ["nothing", "second"], ["second", "everything"]]);
    this.every(30 * minuteMs, () => {
      const loss = chance.of(losses);
      if (loss === "nothing") told.redisKilled++;
      else if (loss === "second") told.lostSecond++;
      else told.lostEverything++;
      server.crash(loss, this.random(20_000));
    });
    this.every(3 * hourMs, () => {
      told.fullDisks++;
      disk.full = true;
      clock.after(this.random(minuteMs), () => {
        disk.full = false;
      });
    });
    this.every(hourMs, () => clock.jump(this.random(5000)));
  }
}
