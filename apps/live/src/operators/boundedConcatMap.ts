import { Observable, type OperatorFunction } from "rxjs";
import { requireCount } from "../core/check.js";

/** Options of {@link boundedConcatMap}. */
export interface BoundedQueueOptions<T> {
  /** Most items that wait while one is being worked on, ≥ 1. */
  capacity: number;
  /** Told of each item dropped, oldest first; count it: nothing is lost in silence. */
  onDrop: (item: T) => void;
  /** What of an item has to be kept when it must wait, for items that are views (default: the item itself). */
  keep?: (item: T) => T;
}

/**
 * Works on one item at a time, in order; when more than `capacity` wait, drops the oldest.
 *
 * `work` is called at once where nothing is being worked on.
 *
 * For a live stream whose consumer is sometimes slower than its source: `concatMap` would fall behind without limit,
 * `exhaustMap` would drop the newest and say nothing. Completion waits for the queue; unsubscribing empties it.
 *
 * @throws RangeError if capacity is not a whole number ≥ 1
 */
export function boundedConcatMap<T, R>(
  work: (item: T) => Promise<R>,
  { capacity, onDrop, keep = (item) => item }: BoundedQueueOptions<T>,
): OperatorFunction<T, R> {
  requireCount("boundedConcatMap", "capacity", capacity);
  return (source) =>
    new Observable<R>((subscriber) => {
      const waiting: T[] = [];
      let busy = false;
      let ended = false;

      const next = async () => {
        if (busy || subscriber.closed) return;
        if (waiting.length === 0) {
          if (ended) subscriber.complete();
          return;
        }
        busy = true;
        try {
          subscriber.next(await work(waiting.shift() as T));
        } catch (error) {
          subscriber.error(error);
        }
        busy = false;
        void next();
      };

      const subscription = source.subscribe({
        next(item) {
          waiting.push(busy ? keep(item) : item);
          void next();
          if (waiting.length > capacity) onDrop(waiting.shift() as T);
        },
        error: (error) => subscriber.error(error),
        complete() {
          ended = true;
          void next();
        },
      });
      return () => {
        subscription.unsubscribe();
        waiting.length = 0;
      };
    });
}
