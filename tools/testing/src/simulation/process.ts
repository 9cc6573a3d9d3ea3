import { AsyncLocalStorage } from "node:async_hooks";

const context = new AsyncLocalStorage<SimulatedProcess>();

/**
 * Something that can be killed, or stand still, by itself: what it began under a virtual clock (timers, files, answers of a network) goes on only
 * while it lives and moves. Code in it is the real one and knows nothing of it.
 */
export class SimulatedProcess {
  private ended = false;
  private standsUntilMs = 0;

  /** @param parent with which it dies, and stands still */
  constructor(private readonly parent?: SimulatedProcess) {}

  get lives(): boolean {
    return !this.ended && (this.parent?.lives ?? true);
  }

  /** When it moves again, in milliseconds of the clock; 0 or past while it does. */
  get stillUntilMs(): number {
    return Math.max(this.standsUntilMs, this.parent?.stillUntilMs ?? 0);
  }

  /** As `kill -9`: it ends where it is, and nothing it waits for ever comes. */
  kill(): void {
    this.ended = true;
  }

  /** As a machine that swaps, or SIGSTOP: all that comes to it comes later. */
  standStill(untilMs: number): void {
    this.standsUntilMs = Math.max(this.standsUntilMs, untilMs);
  }

  /** Begins something in it. */
  run<T>(work: () => T): T {
    return context.run(this, work);
  }
}

/** The process whose code runs now, if it is one. */
export const currentProcess = (): SimulatedProcess | undefined => context.getStore();
