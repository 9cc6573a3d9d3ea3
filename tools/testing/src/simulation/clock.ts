import { createRequire, syncBuiltinESMExports } from "node:module";
import { createChance } from "../fuzz/chance.js";
import { currentProcess, type SimulatedProcess } from "./process.js";

/** Time that passes only when it is told to: timers, clocks and chance of the whole process hang on it until `restore`. */
export interface VirtualClock {
  /** Milliseconds since the simulation began. */
  readonly nowMs: number;
  /** Timers that ran so far. */
  readonly steps: number;
  /** Calls later, as setTimeout would. */
  after(ms: number, callback: () => void): void;
  /** Lets time pass. */
  run(untilMs: number): Promise<void>;
  /** Lets time pass until the promise settles. @throws Error if that takes longer than `withinMs`; what the promise rejects with */
  until<T>(promise: Promise<T>, withinMs: number): Promise<T>;
  /** Time jumps and nothing runs meanwhile: a thread that was busy or a machine that slept. */
  jump(ms: number): void;
  restore(): void;
}

interface Timer {
  atMs: number;
  order: number;
  callback: () => void;
  everyMs: number | undefined;
  gone: boolean;
  /** Whose it is: it dies and stands still with it. */
  process: SimulatedProcess | undefined;
}

/**
 * Puts a virtual clock in the place of `setTimeout`, `setInterval`, `performance.now`, `Date.now`, `node:timers/promises` and `Math.random`.
 *
 * Code under it is the real one, unchanged. What waits for disks, sockets or threads of the system does not belong under it.
 *
 * @param seed of Math.random
 */
export function startVirtualClock(seed: number): VirtualClock {
  const timersPromises = createRequire(import.meta.url)("node:timers/promises") as { setTimeout: unknown };
  const real = { setTimeout, setInterval, clearTimeout, clearInterval };
  const realNow = performance.now;
  const realDate = Date.now;
  const realRandom = Math.random;
  const realSleep = timersPromises.setTimeout;
  const soon = setImmediate;
  const queue: Timer[] = [];
  const epochMs = Date.UTC(2026, 0, 1);
  let nowMs = 0;
  let order = 0;
  let steps = 0;

  const add = (callback: () => void, ms = 0, everyMs?: number) => {
    const process = currentProcess();
    const timer: Timer = {
      atMs: nowMs + Math.max(ms || 0, 1),
      order: order++,
      callback,
      everyMs,
      gone: false,
      process,
    };
    push(queue, timer);
    const handle = { unref: () => handle, ref: () => handle, hasRef: () => true, timer };
    return handle;
  };
  const remove = (handle: { timer?: Timer } | undefined) => {
    if (handle?.timer) handle.timer.gone = true;
  };
  const fake = {
    setTimeout: (callback: (...given: unknown[]) => void, ms?: number, ...given: unknown[]) =>
      add(() => callback(...given), ms),
    setInterval: (callback: () => void, ms = 1) => add(callback, ms, Math.max(1, ms)),
    clearTimeout: remove,
    clearInterval: remove,
  };
  Object.assign(globalThis, fake);
  performance.now = () => nowMs;
  Date.now = () => epochMs + nowMs;
  Math.random = createChance(seed).next;
  timersPromises.setTimeout = (ms: number, value: unknown, { signal }: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const handle = add(() => resolve(value), ms);
      signal?.addEventListener("abort", () => {
        remove(handle);
        reject(signal.reason);
      });
    });
  syncBuiltinESMExports();

  /** Runs the next timer; what it set off in promises and streams is over when this resolves. */
  const step = async (): Promise<void> => {
    const timer = pop(queue);
    if (!timer || timer.gone || timer.process?.lives === false) return;
    nowMs = Math.max(nowMs, timer.atMs);
    const stillUntilMs = timer.process?.stillUntilMs ?? 0;
    if (stillUntilMs > nowMs) {
      timer.atMs = stillUntilMs;
      push(queue, timer);
      return;
    }
    steps++;
    if (timer.process) timer.process.run(timer.callback);
    else timer.callback();
    if (timer.everyMs !== undefined && !timer.gone) {
      timer.atMs = nowMs + timer.everyMs;
      timer.order = order++;
      push(queue, timer);
    }
    await new Promise((done) => soon(done));
  };

  return {
    get nowMs() {
      return nowMs;
    },
    get steps() {
      return steps;
    },
    after: (ms, callback) => void add(callback, ms),
    async run(untilMs) {
      while (queue.length > 0 && queue[0].atMs <= untilMs) await step();
      nowMs = Math.max(nowMs, untilMs);
    },
    async until(promise, withinMs) {
      const lastMs = nowMs + withinMs;
      let settled = false;
      const watched = promise.finally(() => {
        settled = true;
      });
      watched.catch(() => {});
      await new Promise((done) => soon(done));
      while (!settled) {
        if (queue.length === 0 || nowMs > lastMs) throw new Error(`nothing came of it within ${withinMs} ms`);
        await step();
      }
      return watched;
    },
    jump: (ms) => {
      nowMs += ms;
    },
    restore() {
      Object.assign(globalThis, real);
      performance.now = realNow;
      Date.now = realDate;
      Math.random = realRandom;
      timersPromises.setTimeout = realSleep;
      syncBuiltinESMExports();
    },
  };
}

const before = (a: Timer, b: Timer): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

/** A binary heap, earliest first. */
function push(heap: Timer[], timer: Timer): void {
  let at = heap.push(timer) - 1;
  for (let up = (at - 1) >> 1; at > 0 && before(timer, heap[up]); up = (at - 1) >> 1) {
    heap[at] = heap[up];
    at = up;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && before(heap[below + 1], heap[below])) below++;
    if (!before(heap[below], last)) break;
    heap[at] = heap[below];
    at = below;
  }
  heap[at] = last;
  return first;
}
