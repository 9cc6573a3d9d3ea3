/** One buffer, and a view of it for each length asked for, so that the steady state allocates nothing. */
export function createViews(): (length: number) => Float32Array {
  let buffer = new Float32Array(0);
  let views: Float32Array[] = [];
  return (length) => {
    if (length > buffer.length) {
      buffer = new Float32Array(2 * length);
      views = [];
    }
    views[length] ??= buffer.subarray(0, length);
    return views[length];
  };
}

/** The part of what a stream was given to fill that it filled. */
export function firstOf(out: Float32Array, length: number): Float32Array {
  return out.length === length ? out : out.subarray(0, length);
}

/** Samples on their way out of a stream. */
export interface SampleSink {
  /** Samples `from` to before `to` of `values` are ready. */
  push(values: Float32Array, from: number, to: number): void;
  /** At most `limit` of the samples that are ready, into `out` if it is given, else into a view that is valid until the next call. */
  take(limit?: number, out?: Float32Array): Float32Array;
  /** How many are ready. */
  readonly ready: number;
  reset(): void;
}

export function createSampleSink(): SampleSink {
  let held = new Float32Array(1024);
  let filled = 0;
  const views = createViews();
  return {
    get ready() {
      return filled;
    },
    push(values, from, to) {
      if (filled + to - from > held.length) {
        const larger = new Float32Array(2 * (filled + to - from));
        larger.set(held);
        held = larger;
      }
      for (let i = from; i < to; i++) held[filled++] = values[i];
    },
    take(limit = filled, out) {
      const count = Math.max(0, Math.min(filled, limit));
      const target = out ?? views(count);
      for (let i = 0; i < count; i++) target[i] = held[i];
      held.copyWithin(0, count, filled);
      filled -= count;
      return firstOf(target, count);
    },
    reset() {
      filled = 0;
    },
  };
}
