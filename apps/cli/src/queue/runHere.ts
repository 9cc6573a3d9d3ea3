import { hasWorkers } from "../features/pool.js";
import { isCrash, type Piece, type PieceResult, type PieceRunner, type RunOptions } from "./piece.js";
import { runWork } from "./task.js";
import { WorkThread } from "./workThread.js";

/** Pieces of work done by threads of this machine; by this thread where one is wanted. */
export const runHere =
  (workers: number): PieceRunner =>
  async (pieces, options) => {
    const open = [...pieces];
    if (workers < 2 || !hasWorkers) await inThisThread(open, options);
    else await inThreads(open, workers, options);
  };

const join = (open: Piece[], more: readonly Piece[] = []): void => {
  open.unshift(...more.filter(({ first }) => first));
  open.push(...more.filter(({ first }) => !first));
};

async function inThisThread<R extends PieceResult>(
  open: Piece[],
  { onResult, signal, screen }: RunOptions<R>,
): Promise<void> {
  const how = { ...(signal && { signal }), ...(screen && { screen }) };
  for (let piece = open.shift(); piece; piece = open.shift()) {
    signal?.throwIfAborted();
    join(open, await onResult((await runWork(piece.work, how)) as R));
  }
}

async function inThreads<R extends PieceResult>(
  open: Piece[],
  workers: number,
  { onResult, onCrash, signal }: RunOptions<R>,
): Promise<void> {
  const threads: WorkThread[] = [];
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(signal?.reason);
  signal?.addEventListener("abort", stop, { once: true });
  let active = 0;
  /** Told whenever there may be something to do for those who found nothing. */
  let wake: () => void = () => {};
  let change = new Promise<void>((done) => (wake = done));
  const changed = (): void => {
    wake();
    change = new Promise((done) => (wake = done));
  };
  const feed = async (): Promise<void> => {
    let thread: WorkThread | undefined;
    for (;;) {
      stopping.signal.throwIfAborted();
      const piece = open.shift();
      if (!piece && active === 0) return;
      if (!piece) {
        await change;
        continue;
      }
      active++;
      try {
        if (!thread?.lives) {
          thread = new WorkThread();
          threads.push(thread);
        }
        const result = await thread.run(piece.work, stopping.signal).catch((error: Error) => {
          if (onCrash && isCrash(error.message)) return onCrash(piece.work, error.message);
          throw error;
        });
        join(open, await onResult(result as R));
      } catch (error) {
        // The others need not go on.
        stopping.abort(error);
        throw error;
      } finally {
        active--;
        changed();
      }
    }
  };
  try {
    if (signal?.aborted) stop();
    // Trials beget trials: there may soon be work for more threads than there are pieces now.
    const ends = await Promise.allSettled(Array.from({ length: workers }, feed));
    signal?.throwIfAborted();
    for (const end of ends) if (end.status === "rejected") throw stopping.signal.reason ?? end.reason;
  } finally {
    signal?.removeEventListener("abort", stop);
    await Promise.all(threads.map((one) => one.end()));
  }
}
