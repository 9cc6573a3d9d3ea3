import { SimulatedProcess } from "@earshot/testing/simulation";
import { InterruptedError, sentenceOf } from "../src/cli/errors.js";
import { runOn } from "../src/queue/distribute.js";
import { cancel, overview, retryFailed } from "../src/queue/overview.js";
import { openSimulated } from "./broker.js";
import { counting, type Undertaking } from "./undertaking.js";
import { hourMs, minuteMs, type World } from "./world.js";

/** Longest that a call may take: many jobs, few workers, and everything that befalls them. */
const patienceMs = 8 * hourMs;
/** Calls after which nothing but ends is expected. */
const mostCalls = 40;

type End = { how: "done"; returned: unknown } | { how: "sentence"; words: string } | { how: "killed" };

/** Sees to an undertaking as people do: calls the command, kills it, interrupts it, calls it off, calls it twice, and calls it again until it is done. */
export class Attendant {
  private readonly way;

  constructor(
    private readonly world: World,
    private readonly undertaking: Undertaking,
    private readonly expected: string,
  ) {
    this.way = world.way();
  }

  /** Resolves when it is done, and looked at. */
  async attend(): Promise<void> {
    const { world, undertaking } = this;
    for (let calls = 1; ; calls++) {
      const twice = !world.calm && world.chance.next() < 0.15;
      const ends = await Promise.all(twice ? [this.call(), this.call(true)] : [this.call()]);
      for (const end of ends) {
        if (end.how === "done" && undertaking.outcome(end.returned) !== this.expected) {
          world.complain(`${undertaking.out} is not as it must be`);
        }
      }
      // Whoever was stopped has left what it had: somebody calls it again.
      if (ends.every(({ how }) => how === "done")) {
        world.told.undertakings++;
        return;
      }
      if (calls > mostCalls) return world.complain(`${undertaking.out} is not done after ${calls} calls`);
      await world.pass(5000 + world.random(minuteMs));
      if (world.chance.next() < 0.2) await this.look();
    }
  }

  /** One call of the command and what befalls it. */
  private async call(beside = false): Promise<End> {
    const { world, undertaking } = this;
    const { clock, told } = world;
    const fate = world.calm ? 1 : world.chance.next();
    const process = new SimulatedProcess();
    const stopping = new AbortController();
    told.commands++;
    if (beside) {
      told.beside++;
      await world.pass(world.random(minuteMs));
    }
    let over = false;
    const runner = counting(runOn(this.open), world.complain);
    const ended = process
      .run(() => undertaking.call(runner, stopping.signal))
      .then(
        (returned): End => ({ how: "done", returned }),
        (error): End => this.take(error),
      );
    const killed = new Promise<End>((dead) => {
      const late = (what: string, ms: number): void =>
        clock.after(ms, () => {
          if (!over && process.lives) world.complain(`${undertaking.out}: a command ${what}`);
        });
      late("does not end", patienceMs);
      if (fate >= 0.3) return;
      clock.after(world.random(minuteMs), () => {
        if (over) return;
        if (fate < 0.1) {
          told.killed++;
          process.kill();
          dead({ how: "killed" });
        } else if (fate < 0.2) {
          told.interrupted++;
          process.run(() => stopping.abort(new InterruptedError("Interrupted.")));
          late("that was interrupted does not end", minuteMs);
        } else void this.callOff(() => over);
      });
    });
    const end = await Promise.race([ended, killed]);
    over = true;
    return end;
  }

  private take(error: unknown): End {
    const { told, sentences } = this.world;
    const words = sentenceOf(error);
    told.sentences++;
    const shape = words
      .replaceAll(/\/simulated\/[\w./-]+/g, "PATH")
      .replaceAll(/\d+-[0-9a-f]{16}|[0-9a-f]{24}/g, "NAME")
      .replaceAll(/\d+/g, "N");
    sentences.set(shape, (sentences.get(shape) ?? 0) + 1);
    return { how: "sentence", words };
  }

  /** `earshot jobs --cancel`, in a process of its own. */
  private async callOff(isOver: () => boolean): Promise<void> {
    const { world, undertaking } = this;
    const { server } = world;
    world.told.calledOff++;
    const { life } = server;
    const done = await this.aside(() => cancel(this.open, undertaking.out));
    if (!done) return;
    await world.pass(10 * minuteMs);
    // A server that crashed may have forgotten it, and who asked again has taken it back.
    if (life === server.life && server.marks.has(undertaking.out) && !isOver() && !this.way.cut) {
      world.complain(`${undertaking.out} was called off, and its command goes on`);
    }
  }

  /** `earshot jobs`, and sometimes --retry. */
  private async look(): Promise<void> {
    await this.aside(() => overview(this.open));
    if (this.world.chance.next() < 0.5) await this.aside(() => retryFailed(this.open, this.undertaking.out));
  }

  /** @returns whether it ended as it should, rather than with a sentence */
  private aside(work: () => Promise<unknown>): Promise<boolean> {
    return new SimulatedProcess().run(work).then(
      () => true,
      (error) => this.take(error) === undefined,
    );
  }

  private readonly open = () => openSimulated(this.world.server, this.way, this.world.chance);
}
