import { Observable, type OperatorFunction } from "rxjs";

/** A small machine with memory: takes an item, gives any number of results, and perhaps some more at the end. */
export interface Machine<T, R> {
  process(item: T): R | readonly R[];
  flush?(): readonly R[];
}

/**
 * Runs a fresh machine for each subscriber. What the machine throws ends the stream as its error; completion flushes it first.
 */
export function processWith<T, R>(create: () => Machine<T, R>): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      const machine = create();
      const emit = (results: R | readonly R[]) => {
        if (!Array.isArray(results)) return subscriber.next(results as R);
        for (const result of results) subscriber.next(result);
      };
      /** Only the machine is guarded: what a subscriber throws is its own affair. */
      const guarded = (work: () => R | readonly R[]): R | readonly R[] | undefined => {
        try {
          return work();
        } catch (error) {
          subscriber.error(error);
          return undefined;
        }
      };
      return source.subscribe({
        next(item) {
          const results = guarded(() => machine.process(item));
          if (results !== undefined) emit(results);
        },
        error: (error) => subscriber.error(error),
        complete() {
          const results = guarded(() => machine.flush?.() ?? []);
          if (results === undefined) return;
          emit(results);
          subscriber.complete();
        },
      });
    });
}
