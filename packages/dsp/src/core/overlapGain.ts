/** What sums of overlapping windows are divided by: the sum of the squared windows, as a gain. Positions count from the first frame's first sample. */
export interface OverlapGain {
  /** Gain at position i and every hop after it, where frames come before and after. */
  readonly steady: Float64Array;
  /** Gain at a position when there are `frames` frames. */
  at(position: number, frames: number): number;
  /** Corrects `count` samples from `position` on that have the steady gain: at the ends, fewer frames cover a sample. */
  mend(values: Float32Array, position: number, count: number, frames: number): void;
}

/** The smallest single-precision number above 0 that is not subnormal: window sums up to it count as nothing to divide by. */
const tiny = 2 ** -126;

export function overlapGain(window: Float64Array, hop: number): OverlapGain {
  const overlap = window.length - hop;
  const exact = (position: number, frames: number): number => {
    let sum = 0;
    const last = Math.min(frames - 1, Math.floor(position / hop));
    const first = Math.max(0, Math.ceil((position - window.length + 1) / hop));
    for (let t = first; t <= last; t++) sum += window[position - t * hop] ** 2;
    return sum > tiny ? 1 / sum : 1;
  };
  const far = hop * Math.ceil(window.length / hop);
  const steady = Float64Array.from({ length: hop }, (_, i) => exact(far + i, Number.POSITIVE_INFINITY));
  return {
    steady,
    at: (position, frames) =>
      position < overlap || position >= frames * hop ? exact(position, frames) : steady[position % hop],
    mend(values, position, count, frames) {
      const mend = (i: number) => {
        values[i] *= exact(position + i, frames) / steady[(position + i) % hop];
      };
      const from = Math.min(count, Math.max(0, overlap - position));
      for (let i = 0; i < from; i++) mend(i);
      for (let i = Math.max(from, frames * hop - position); i < count; i++) mend(i);
    },
  };
}
