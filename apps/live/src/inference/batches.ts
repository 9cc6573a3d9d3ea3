import type { LiveError } from "../protocol/errorCodes.js";

/** Somebody who waits for the probabilities of a window. */
export interface Waiting {
  resolve: (probabilities: Float32Array) => void;
  reject: (error: LiveError) => void;
}

/** Windows of one model that go to a worker in one call, side by side in memory that it reads. */
export interface Batch {
  readonly model: string;
  /** Numbers a window. */
  readonly size: number;
  /** Shared with the workers: room for as many windows as a call may hold. */
  readonly frames: Float32Array;
  readonly waiting: Waiting[];
  /** `performance.now()` when its first window came. */
  sinceMs: number;
}

/** The windows that wait for a call, by model. */
export interface Batches {
  /** Copies the window into the batch that is being filled. */
  add(model: string, frames: Float32Array, waiting: Waiting, nowMs: number): void;
  /** The batch whose first window has waited longest. */
  oldest(): Batch | undefined;
  /** Takes it away. */
  take(batch: Batch): void;
  /** A batch of its own with one window of another. */
  alone(model: string, frames: Float32Array, waiting: Waiting, nowMs: number): Batch;
  /** Its memory may be used again: no worker reads it any more. */
  release(batch: Batch): void;
  /** All that wait, which then wait no more. */
  clear(): Waiting[];
}

/** Memory kept for later, of each model. */
const spareBatches = 4;

/**
 * Batches in shared memory that is used again and again: a window is copied once, into its place, and nothing is left to the garbage collector.
 *
 * @param maxBatch windows in a batch, at most
 */
export function createBatches(models: readonly string[], maxBatch: number): Batches {
  const queues = new Map<string, { queue: Batch[]; spare: Float32Array[] }>(
    models.map((model) => [model, { queue: [], spare: [] }]),
  );
  const shared = (length: number) => new Float32Array(new SharedArrayBuffer(4 * length));
  const of = (model: string) => {
    const found = queues.get(model);
    if (!found) throw new Error(`createBatches: there is no model ${model}.`);
    return found;
  };

  return {
    add(model, frames, waiting, nowMs) {
      const { queue, spare } = of(model);
      const size = frames.length;
      let batch = queue.at(-1);
      if (!batch || batch.waiting.length === maxBatch || batch.size !== size) {
        const used = spare.pop();
        const memory = used?.length === size * maxBatch ? used : shared(size * maxBatch);
        batch = { model, size, frames: memory, waiting: [], sinceMs: nowMs };
        queue.push(batch);
      }
      batch.frames.set(frames, batch.waiting.length * size);
      batch.waiting.push(waiting);
    },
    oldest() {
      let oldest: Batch | undefined;
      for (const { queue } of queues.values()) {
        if (queue.length > 0 && (!oldest || queue[0].sinceMs < oldest.sinceMs)) oldest = queue[0];
      }
      return oldest;
    },
    take(batch) {
      const { queue } = of(batch.model);
      const at = queue.indexOf(batch);
      if (at >= 0) queue.splice(at, 1);
    },
    alone(model, frames, waiting, nowMs) {
      const memory = shared(frames.length);
      memory.set(frames);
      return { model, size: frames.length, frames: memory, waiting: [waiting], sinceMs: nowMs };
    },
    release({ model, size, frames }) {
      const { spare } = of(model);
      if (frames.length === size * maxBatch && spare.length < spareBatches) spare.push(frames);
    },
    clear: () =>
      [...queues.values()].flatMap(({ queue }) => queue.splice(0).flatMap(({ waiting }) => waiting.splice(0))),
  };
}
