import type { Worker } from "node:worker_threads";
import { requireCount, requireInRange, requirePositive } from "../core/check.js";
import { LiveError } from "../protocol/errorCodes.js";
import type { LiveModelInfo, ModelSource } from "../session/model.js";
import { type Batch, createBatches, type Waiting } from "./batches.js";
import { serverClosed, startWorker, type WorkerHandle } from "./workerHandle.js";

export interface InferenceOptions {
  models: readonly ModelSource[];
  /** Worker threads, ≥ 1 (default 1); a spare one waits beside them. */
  workers?: number;
  /** Windows in one inference call, at most (default 64). */
  maxBatch?: number;
  /**
   * How long a window may wait for company while a worker is free, ms, in [0, 100] (default 5). Where windows come so seldom that none is to be
   * expected meanwhile, none waits.
   */
  batchWaitMs?: number;
  /** Windows that may wait altogether (default 20,000); one more is refused. */
  maxQueue?: number;
  /** Longest a call may take before its worker is replaced, ms (default 5000). */
  timeoutMs?: number;
  /** Told of each call: its model, how many windows it held, and how long it took. */
  onBatch?: (model: string, count: number, ms: number) => void;
  /** Told when a worker had to be replaced. */
  onWorkerLost?: (reason: string) => void;
  /** What makes the threads; simulations give their own. */
  spawn?: () => Worker;
}

/** Inference off the event loop: windows of all sessions, batched by model. */
export interface Inference {
  readonly infos: readonly LiveModelInfo[];
  /** Windows waiting or being worked on. */
  readonly pending: number;
  /** How long the window that has waited longest has done so, ms. */
  readonly waitingMs: number;
  /**
   * Class probabilities of one window.
   *
   * @param frames windowFrames × features, row-major; copied before the call returns
   * @param apart try it on the spare worker, beside other strangers' alone: for the first window of a stranger, which then cannot hold up those who are known
   * @throws LiveError `model_failed` or `model_timeout` if the model fails on this window, also when it is alone in its call
   */
  predict(model: string, frames: Float32Array, apart?: boolean): Promise<Float32Array>;
  close(): Promise<void>;
}

/** First windows of strangers in one call, at most: should one of them hang, so many are tried again one by one. */
const mostStrangers = 16;

/**
 * Starts workers and loads the models into each. A batch that fails is tried again window by window, so that a window that breaks
 * a model fails alone; one that hangs costs its worker, whose place the spare takes at once.
 *
 * @throws Error if a model cannot be loaded; RangeError if an option is out of range
 */
export async function startInference(options: InferenceOptions): Promise<Inference> {
  const { models, workers = 1, maxBatch = 64, batchWaitMs = 5, maxQueue = 20_000, timeoutMs = 5000 } = options;
  requireCount("startInference", "workers", workers);
  requireCount("startInference", "maxBatch", maxBatch);
  requireInRange("startInference", "batchWaitMs", batchWaitMs, 0, 100);
  requireCount("startInference", "maxQueue", maxQueue);
  requirePositive("startInference", "timeoutMs", timeoutMs);

  const start = () => startWorker(models, timeoutMs, options.spawn);
  const [first, ...others] = await Promise.all(Array.from({ length: workers + 1 }, start));
  const infos = first.infos;
  let spare: WorkerHandle | undefined = others.pop();
  const pool: WorkerHandle[] = [first, ...others];
  const names = new Set(infos.map((info) => info.name));
  const batches = createBatches([...names], maxBatch);
  const strangers = createBatches([...names], Math.min(mostStrangers, maxBatch));
  const suspects: Batch[] = [];
  let pending = 0;
  // Time between windows, in the mean over the last ten or so: what decides whether waiting for company is worth while.
  let everyMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let starting = 0;
  let closed = false;

  const startOne = async () => {
    starting++;
    try {
      const fresh = await start();
      if (closed) return void fresh.close();
      if (pool.length < workers) pool.push(fresh);
      else spare = fresh;
    } catch (error) {
      options.onWorkerLost?.(`could not be started again: ${(error as Error).message}`);
      setTimeout(refill, 1000).unref();
    } finally {
      starting--;
    }
    pump();
    tryAlone();
  };

  /** The spare takes an empty place at once; what is missing then is started. */
  const refill = () => {
    if (pool.length < workers && spare && !spare.busy) {
      pool.push(spare);
      spare = undefined;
      pump();
    }
    const missing = workers - pool.length + (spare ? 0 : 1) - starting;
    for (let i = 0; i < missing && !closed; i++) void startOne();
  };

  const lost = (worker: WorkerHandle, reason: string) => {
    const at = pool.indexOf(worker);
    if (at >= 0) pool.splice(at, 1);
    if (spare === worker) spare = undefined;
    options.onWorkerLost?.(reason);
    refill();
  };

  const finish = (item: Waiting, outcome: Float32Array | LiveError) => {
    pending--;
    if (outcome instanceof LiveError) item.reject(outcome);
    else item.resolve(outcome);
  };

  const run = async (worker: WorkerHandle, batch: Batch) => {
    const { model, size, frames, waiting } = batch;
    const count = waiting.length;
    const beganMs = performance.now();
    try {
      const probabilities = await worker.run({ model, count, frames: frames.subarray(0, count * size) });
      options.onBatch?.(model, count, performance.now() - beganMs);
      const classes = probabilities.length / count;
      for (let i = 0; i < count; i++) finish(waiting[i], probabilities.subarray(i * classes, (i + 1) * classes));
    } catch (error) {
      const reason = error instanceof LiveError ? error : new LiveError("internal", String(error));
      if (count === 1 || closed) for (const one of waiting) finish(one, reason);
      else {
        for (const [i, one] of waiting.entries()) {
          suspects.push(batches.alone(model, frames.subarray(i * size, (i + 1) * size), one, performance.now()));
        }
      }
      if (!worker.alive) lost(worker, reason.message);
    }
    batches.release(batch);
    pump();
    tryAlone();
  };

  /** First windows of strangers, and those of failed batches one by one, run on the spare, who waited longest first: the others go on beside. */
  const tryAlone = () => {
    if (closed || !spare?.alive || spare.busy) return;
    const [suspect, group] = [suspects.at(0), strangers.oldest()];
    if (group && !(suspect && suspect.sinceMs <= group.sinceMs)) {
      strangers.take(group);
      void run(spare, group);
    } else if (suspect) {
      suspects.shift();
      void run(spare, suspect);
    }
  };

  const pump = () => {
    if (closed) return;
    for (const worker of pool) {
      if (worker.busy || !worker.alive) continue;
      const batch = batches.oldest();
      if (!batch) return;
      const waitMs = everyMs > batchWaitMs ? 0 : batchWaitMs - (performance.now() - batch.sinceMs);
      if (batch.waiting.length < maxBatch && waitMs > 0) {
        timer ??= setTimeout(() => {
          timer = undefined;
          pump();
        }, waitMs);
        return;
      }
      batches.take(batch);
      void run(worker, batch);
    }
  };

  return {
    infos,
    get pending() {
      return pending;
    },
    get waitingMs() {
      const sinceMs = [batches.oldest(), strangers.oldest()].flatMap((batch) => (batch ? [batch.sinceMs] : []));
      return sinceMs.length > 0 ? performance.now() - Math.min(...sinceMs) : 0;
    },
    predict: (model, frames, apart = false) =>
      new Promise((resolve, reject) => {
        if (!names.has(model)) return reject(new LiveError("unknown_model", `There is no model "${model}".`));
        if (closed || pending >= maxQueue) return reject(new LiveError("internal", "The inference queue is full."));
        pending++;
        const waiting = { resolve, reject };
        const nowMs = performance.now();
        if (apart) {
          strangers.add(model, frames, waiting, nowMs);
          return tryAlone();
        }
        const sinceLast = Math.min(1000, nowMs - lastMs);
        everyMs = everyMs === Number.POSITIVE_INFINITY ? sinceLast : everyMs + (sinceLast - everyMs) / 10;
        lastMs = nowMs;
        batches.add(model, frames, waiting, nowMs);
        pump();
      }),
    async close() {
      closed = true;
      clearTimeout(timer);
      for (const waiting of [
        ...suspects.splice(0).flatMap((batch) => batch.waiting),
        ...strangers.clear(),
        ...batches.clear(),
      ]) {
        finish(waiting, serverClosed());
      }
      await Promise.all([...pool, ...(spare ? [spare] : [])].map((worker) => worker.close()));
    },
  };
}
