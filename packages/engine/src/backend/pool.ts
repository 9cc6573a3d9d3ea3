import { importBuiltin, isNode } from "../setup/host.js";
import { instantiateKernels, type Kernels } from "../wasm/loadKernels.js";
import type { Heap } from "./heap.js";
import { startWorker, type WorkerHandle } from "./startWorker.js";

/** Words of the control block; `workerSource` reads them by number. */
const ROUND = 0;
const READY = 1;
const DONE = 2;
/** Which round is open, and the next grain that nobody has: 20 bits and 12. */
const CLAIM = 3;
const KERNEL = 4;
const TOTAL = 5;
const GRAIN = 6;
const COUNT = 7;
const FAILED = 8;
/** Behind them, the system's number of each worker's thread, 0 where there is none to have. */
const THREADS = 16;
const MAX_ARGUMENTS = 40;
/** The grain of a round that is closed. */
const CLOSED = 4095;
/** Grains of a round at most: one more than there are may be claimed, in vain. */
const MOST_GRAINS = CLOSED - 1;
/** Turns a waiting thread spins before it sleeps: some 20 µs, about the gap between two kernels of a training step. */
const SPINS = 4000;
/** How long one wait lasts before the caller looks whether all workers live. */
const LOOK_MS = 100;
/** After so many waits in a row a worker counts as dead where the system does not tell; a stopped process does not wait. */
const PATIENCE = 100;

/** Runs kernels, on one thread or several; what is computed does not depend on how many. */
export interface Pool {
  readonly threads: number;
  /** The kernels on the calling thread: for work too small to share. */
  readonly local: Kernels;
  /**
   * Runs a kernel over [0, total), in grains that the threads claim one by one.
   *
   * @param grain the kernel's results must not depend on cuts at multiples of it
   * @param args what follows (start, end, worker)
   */
  run(kernel: string, total: number, grain: number, ...args: number[]): void;
  /** Whether a worker has died: nothing runs on this pool any more. */
  readonly broken: boolean;
  /** Ends the workers. */
  dispose(): void;
}

/**
 * @param threads 1 needs no shared memory and starts nothing
 * @throws Error if a worker does not start, or not within a minute
 */
export async function createPool(module: WebAssembly.Module, heap: Heap, threads: number): Promise<Pool> {
  const local = instantiateKernels(module, heap.memory);
  if (threads < 2) {
    return {
      threads: 1,
      local,
      broken: false,
      run: (kernel, total, _grain, ...args) => {
        if (total > 0) local[kernel](0, total, 0, ...args);
      },
      dispose() {},
    };
  }

  const control = new Int32Array(new SharedArrayBuffer(4 * (THREADS + threads)));
  const numbers = new Float64Array(new SharedArrayBuffer(8 * MAX_ARGUMENTS));
  const names = Object.keys(local);
  const index = new Map(names.map((name, i) => [name, i]));
  const workers: WorkerHandle[] = [];
  let dead = "";
  const hasEnded = (id: number, why: string): void => {
    dead ||= `worker ${id} of ${threads - 1} has ended (${why})`;
  };
  const stateOf = await createCensus(control);
  const count = threads - 1;
  /** Says which worker has died, if the system tells, or too many waits do. */
  const look = (waits: number): void => {
    for (let id = 1; id < threads; id++) {
      const state = stateOf(id);
      if (state === "gone") hasEnded(id, "its thread is gone");
      if (state === "unknown" && waits > PATIENCE) hasEnded(id, `no answer for ${(PATIENCE * LOOK_MS) / 1000} s`);
    }
    if (dead) throw died(dead);
  };
  const end = (): void => {
    for (const worker of workers) worker.terminate();
  };
  try {
    for (let id = 1; id < threads; id++) {
      const task = { module, memory: heap.memory, control, numbers, names, id, spins: SPINS };
      workers.push(await startWorker(task, (why) => hasEnded(id, why)));
    }
    await allReady(control, count, () => dead);
  } catch (error) {
    end();
    throw error;
  }

  let round = 0;
  /** Opens a round. Whoever is late finds the claim of another round and reads anew. */
  const open = (kernel: number, total: number, grain: number, args: number[]): number => {
    round = (round + 1) | 0;
    const tag = round << 12;
    Atomics.store(control, CLAIM, tag | CLOSED);
    numbers.set(args);
    control[KERNEL] = kernel;
    control[TOTAL] = total;
    control[GRAIN] = grain;
    control[COUNT] = args.length;
    control[FAILED] = 0;
    Atomics.store(control, DONE, 0);
    Atomics.store(control, CLAIM, tag);
    Atomics.store(control, ROUND, round);
    Atomics.notify(control, ROUND);
    return tag;
  };
  let looked = performance.now();
  return {
    threads,
    local,
    get broken() {
      return dead !== "";
    },
    run(kernel, total, grain, ...args) {
      if (dead) throw died(dead);
      if (total <= grain) {
        if (total > 0) local[kernel](0, total, 0, ...args);
        return;
      }
      // A worker that has died between two kernels is not missed by those who take its grains.
      const now = performance.now();
      if (now - looked > LOOK_MS) {
        looked = now;
        look(0);
      }
      const step = grain * Math.ceil(total / grain / MOST_GRAINS);
      const tag = open(index.get(kernel) ?? -1, total, step, args);
      const own = local[kernel];
      let taken = 0;
      try {
        for (;;) {
          const start = (Atomics.add(control, CLAIM, 1) & CLOSED) * step;
          if (start >= total) break;
          taken++;
          own(start, Math.min(total, start + step), 0, ...args);
        }
      } finally {
        const claimed = Math.min(Atomics.exchange(control, CLAIM, tag | CLOSED) & CLOSED, Math.ceil(total / step));
        waitForAll(control, claimed - taken, look);
      }
      if (control[FAILED]) throw new Error(`engine: ${kernel} failed in worker ${control[FAILED]}; repeat the step.`);
    },
    dispose() {
      open(-1, 0, 1, []);
      dead ||= "the pool has been closed";
      end();
    },
  };
}

const died = (what: string): Error =>
  new Error(`engine: ${what}; call useEngine() again for new workers, tensors stay, and repeat the step.`);

/** Asks the system whether a worker's thread lives, since a blocked caller hears no events; Linux alone tells. */
async function createCensus(control: Int32Array): Promise<(id: number) => "lives" | "gone" | "unknown"> {
  if (!isNode() || process.platform !== "linux") return () => "unknown";
  const { existsSync } = await importBuiltin<typeof import("node:fs")>("node:fs");
  return (id) => {
    const thread = control[THREADS + id];
    if (!thread) return "unknown";
    return existsSync(`/proc/self/task/${thread}`) ? "lives" : "gone";
  };
}

async function allReady(control: Int32Array, count: number, dead: () => string): Promise<void> {
  // Those that cannot start say so at once; on a busy machine others take their time.
  const deadline = performance.now() + 60_000;
  while (Atomics.load(control, READY) < count) {
    if (dead()) throw new Error(`engine: workers do not start here: ${dead()}; use { threads: 1 }.`);
    if (performance.now() > deadline) {
      throw new Error(
        `engine: ${count - control[READY]} of ${count} workers did not start within a minute; use { threads: 1 }.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Browsers forbid their main thread to sleep, so it spins there. */
const maySleep = typeof process === "object" || typeof document === "undefined";

function waitForAll(control: Int32Array, count: number, look: (waits: number) => void): void {
  let spins = 0;
  let waits = 0;
  for (;;) {
    const done = Atomics.load(control, DONE);
    if (done >= count) return;
    if (++spins < SPINS) continue;
    if (pause(control, done)) look(++waits);
  }
}

/** Waits for word of a worker; returns whether none came for some time. */
function pause(control: Int32Array, done: number): boolean {
  if (maySleep) return Atomics.wait(control, DONE, done, LOOK_MS) === "timed-out";
  const until = performance.now() + LOOK_MS;
  while (Atomics.load(control, DONE) === done) if (performance.now() > until) return true;
  return false;
}
