import { SimulatedProcess } from "@earshot/testing/simulation";
import type { Work } from "../src/queue/piece.js";
import { workOff } from "../src/queue/work.js";
import { openSimulated, type Way } from "./broker.js";
import { SimulatedThread } from "./thread.js";
import { minuteMs, type World } from "./world.js";

/** Longest that a worker that is to end may take for it: what it has is to be finished, on a machine that may stand still. */
const endMs = 4 * 60 * minuteMs;
/** Longest that a worker whom nothing hinders may go on with what was called off. */
const dropMs = minuteMs;

/** Longest that a worker stands still. */
export const longestStandstillMs = 45 * minuteMs;

/** A machine whose worker is started again whenever it ended, until all is calm and somebody says stop. */
export class Machine {
  private readonly way: Way;
  private stopped = false;
  private stop = (): void => {};
  readonly ended: Promise<void>;

  constructor(private readonly world: World) {
    this.way = world.way();
    this.ended = this.keepWorking();
  }

  /** Lets it finish. */
  end(): Promise<void> {
    this.stopped = true;
    this.stop();
    return this.ended;
  }

  private async keepWorking(): Promise<void> {
    while (!this.stopped) {
      await this.work();
      if (!this.stopped) await this.world.pass(1000 + this.world.random(20_000));
    }
  }

  /** The life of one worker. */
  private async work(): Promise<void> {
    const { world, way } = this;
    const { chance, clock, told } = world;
    told.workers++;
    const machine = new SimulatedProcess();
    const main = new SimulatedProcess(machine);
    const stopping = new AbortController();
    const stranger = !world.calm && chance.next() < 0.05;
    const slow = chance.of([1, 1, 1, 8]);
    if (stranger) told.strangers++;
    const active = new Set<Work>();
    let stillUntilMs = 0;
    /** What was called off a while ago is not worked on, unless the worker could not hear of it. */
    const lookAtCalledOff = (): void => {
      const { server } = world;
      const hinderedMs = Math.max(stillUntilMs, way.mendedMs ?? 0, server.downUntilMs, clock.nowMs * Number(way.cut));
      for (const [title, atMs] of server.marks) {
        const heardMs = Math.max(atMs, hinderedMs);
        const late = clock.nowMs - heardMs > dropMs && machine.lives;
        const own = [...active].some(({ place }) => place.startsWith(`${title}/`) || place === `${title}.parts`);
        if (late && own) world.complain(`${title} was called off, and worked on ${clock.nowMs - atMs} ms later`);
      }
    };
    const looking = (): void => {
      if (over || !machine.lives) return;
      lookAtCalledOff();
      clock.after(minuteMs, looking);
    };
    const newThread = (): SimulatedThread =>
      new SimulatedThread({
        machine,
        trainingMs: () => slow * (1000 + world.random(20_000)),
        onEnd: (work) => void active.delete(work),
        onBegin: (work) => {
          told.jobs++;
          active.add(work);
          lookAtCalledOff();
          if (world.calm || chance.next() > 0.02) return undefined;
          told.crashedThreads++;
          return world.random(5000);
        },
      });
    let over = false;
    const ended = main
      .run(() =>
        workOff(() => openSimulated(world.server, way, chance), {
          workers: chance.integer(1, 3),
          newThread,
          signal: stopping.signal,
          ...(stranger && { version: "9.9.9" }),
        }),
      )
      // A server that is not reached when it begins: whoever keeps workers running starts it again.
      .catch((error: Error) => void (/^No queue answers/.test(error.message) || world.complain(String(error))))
      .finally(() => {
        over = true;
      });
    const stillness = (): void => {
      if (over || !machine.lives) return;
      clock.after(world.random(30 * minuteMs), () => {
        if (over || world.calm) return;
        told.standstills++;
        const ms = Math.min(longestStandstillMs, world.random(chance.of([5000, 2 * minuteMs, 15 * minuteMs])));
        stillUntilMs = Math.max(stillUntilMs, clock.nowMs + ms);
        chance.of([machine, main]).standStill(clock.nowMs + ms);
        stillness();
      });
    };
    stillness();
    looking();
    const killed = new Promise<void>((dead) => {
      this.stop = () => main.run(() => stopping.abort(new Error("enough")));
      if (this.stopped) this.stop();
      clock.after(world.random(stranger ? minuteMs : 40 * minuteMs), () => {
        if (over || world.calm) return;
        if (chance.next() < 0.3) this.stop();
        else {
          told.workersKilled++;
          machine.kill();
          dead();
        }
      });
    });
    stopping.signal.addEventListener("abort", () => {
      clock.after(endMs, () => {
        if (!over && machine.lives) world.complain("a worker that was to end did not");
      });
    });
    await Promise.race([ended, killed]);
  }
}
