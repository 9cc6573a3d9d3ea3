/** What a busy server lets go, so that it answers the rest in time. */
export interface Shedding {
  /** Share of windows let go at present, in [0, 1). */
  readonly share: number;
  /** Told every {@link everyMs} how late the server is, ms: its event loop, or the window that has waited longest for inference. */
  observe(lateMs: number): void;
}

/** How often lateness is looked at, ms. */
export const everyMs = 100;

/** Mean lateness beyond which windows are let go, and below which they are taken back, ms. */
const highMs = 250;
const lowMs = 50;
/** Some windows of everybody are answered, whatever happens. */
const mostShed = 0.98;

/**
 * Lets more windows go while the server stays late, fewer when it is in time again.
 *
 * A server that cannot keep up makes everybody wait for windows that are dropped in the end; one that makes fewer windows stays in time. The mean of the
 * last looks counts: a single pause, however long, costs nobody a window.
 */
export function createShedding(): Shedding {
  let share = 0;
  let meanMs = 0;
  return {
    get share() {
      return share;
    },
    observe(lateMs) {
      meanMs += (Math.min(lateMs, 1000) - meanMs) / 5;
      if (meanMs > highMs) share = Math.min(mostShed, share + 0.05);
      else if (meanMs < lowMs) share = Math.max(0, share - 0.02);
    },
  };
}

/** Tells how late the event loop is, until it is stopped. */
export function watchLateness(observe: (lateMs: number) => void): { stop(): void } {
  let dueMs = performance.now() + everyMs;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    observe(Math.max(0, nowMs - dueMs));
    dueMs = nowMs + everyMs;
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
