import { instantiateKernels, type Kernels } from "../wasm/loadKernels.js";
import type { Heap } from "./heap.js";
import { startWorker, type WorkerHandle } from "./startWorker.js";

/** Words of the control block; `workerSource` reads them by number. */
const ROUND = 0;
const READY = 1;
const DONE = 2;
const NEXT = 3;
const KERNEL = 4;
const TOTAL = 5;
const GRAIN = 6;
const COUNT = 7;
const FAILED = 8;
const WORDS = 16;
const MAX_ARGUMENTS = 40;
/** Turns a waiting thread spins before it sleeps: some 20 µs, about the gap between two kernels of a training step. */
const SPINS = 4000;
/** How long the caller waits for the others once its own work is done before it says that one has died. */
const PATIENCE_MS = 30_000;

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
  /** Ends the workers. */
  dispose(): void;
}

/**
 * @param threads 1 needs no shared memory and starts nothing
 * @throws Error if a worker does not start within ten seconds
 */
export async function createPool(module: WebAssembly.Module, heap: Heap, threads: number): Promise<Pool> {
  const local = instantiateKernels(module, heap.memory);
  if (threads < 2) {
    return {
      threads: 1,
      local,
      run: (kernel, total, _grain, ...args) => {
        if (total > 0) local[kernel](0, total, 0, ...args);
      },
      dispose() {},
    };
  }

  const control = new Int32Array(new SharedArrayBuffer(4 * WORDS));
  const numbers = new Float64Array(new SharedArrayBuffer(8 * MAX_ARGUMENTS));
  const names = Object.keys(local);
  const index = new Map(names.map((name, i) => [name, i]));
  const workers: WorkerHandle[] = [];
  for (let id = 1; id < threads; id++) {
    workers.push(await startWorker({ module, memory: heap.memory, control, numbers, names, id, spins: SPINS }));
  }
  await allReady(control, threads - 1);

  const wake = (kernel: number): void => {
    control[KERNEL] = kernel;
    Atomics.store(control, DONE, 0);
    Atomics.add(control, ROUND, 1);
    Atomics.notify(control, ROUND);
  };
  return {
    threads,
    local,
    run(kernel, total, grain, ...args) {
      if (total <= grain) {
        if (total > 0) local[kernel](0, total, 0, ...args);
        return;
      }
      numbers.set(args);
      control[TOTAL] = total;
      control[GRAIN] = grain;
      control[COUNT] = args.length;
      control[FAILED] = 0;
      Atomics.store(control, NEXT, 0);
      wake(index.get(kernel) ?? -1);
      const own = local[kernel];
      for (;;) {
        const start = Atomics.add(control, NEXT, grain);
        if (start >= total) break;
        own(start, Math.min(total, start + grain), 0, ...args);
      }
      waitForAll(control, threads - 1);
      if (control[FAILED])
        throw new Error(`engine: worker ${control[FAILED]} failed in ${kernel}; restart the process.`);
    },
    dispose() {
      wake(-1);
      for (const worker of workers) worker.terminate();
    },
  };
}

async function allReady(control: Int32Array, count: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (Atomics.load(control, READY) < count) {
    if (performance.now() > deadline) {
      throw new Error(
        `engine: ${count - control[READY]} of ${count} workers did not start within 10 s; use { threads: 1 }.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Browsers forbid their main thread to sleep, so it spins there. */
const maySleep = typeof process === "object" || typeof document === "undefined";

function waitForAll(control: Int32Array, count: number): void {
  let spins = 0;
  let deadline = 0;
  for (;;) {
    const done = Atomics.load(control, DONE);
    if (done >= count) return;
    if (++spins < SPINS) continue;
    if (maySleep) Atomics.wait(control, DONE, done, 100);
    deadline ||= performance.now() + PATIENCE_MS;
    if (performance.now() > deadline) {
      throw new Error(
        `engine: a worker has not answered for ${PATIENCE_MS / 1000} s, so it has died; restart the process.`,
      );
    }
  }
}
