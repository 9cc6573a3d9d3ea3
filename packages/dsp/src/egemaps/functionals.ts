/** Moving average over three frames, the ends repeated; frames of 0 stay 0 and do not count when `nonZero`. */
export function smooth3(x: Float64Array, nonZero: boolean): Float64Array {
  const last = x.length - 1;
  return x.map((value, t) => {
    if (nonZero && value === 0) return 0;
    const [before, after] = [x[Math.max(0, t - 1)], x[Math.min(last, t + 1)]];
    if (!nonZero) return (before + value + after) / 3;
    return (before + value + after) / (1 + (before === 0 ? 0 : 1) + (after === 0 ? 0 : 1));
  });
}

/** Mean, and population deviation over the mean (negative where the mean is, as in openSMILE). */
export function meanAndSpread(x: Float64Array): [mean: number, spread: number] {
  if (x.length === 0) return [0, 0];
  const mean = x.reduce((a, b) => a + b, 0) / x.length;
  const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
  return [mean, mean === 0 ? 0 : Math.sqrt(variance) / mean];
}

/** The value below which a share of the others lies, interpolated. */
export function percentile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return 0;
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
}

/** 20th, 50th and 80th percentile, and the distance of the outer two. */
export function percentiles(x: Float64Array): number[] {
  const sorted = x.slice().sort();
  const [low, middle, high] = [0.2, 0.5, 0.8].map((share) => percentile(sorted, share));
  return [low, middle, high, high - low];
}

/**
 * Lengths in seconds of the stretches where `inside` holds, from the first to the last frame of each. A gap of one frame does not end a
 * stretch, and stretches of fewer than three frames do not count.
 */
export function stretches(x: Float64Array, inside: (value: number) => boolean, stepSec: number): number[] {
  const lengths: number[] = [];
  let begin = -1;
  let last = -1;
  const close = (): void => {
    if (begin >= 0 && last - begin + 1 >= 3) lengths.push((last - begin) * stepSec);
  };
  for (let t = 0; t < x.length; t++) {
    if (!inside(x[t])) continue;
    if (begin < 0 || t - last > 2) {
      close();
      begin = t;
    }
    last = t;
  }
  close();
  return lengths;
}
