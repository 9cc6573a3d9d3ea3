/** A maximum or minimum of a contour. */
export interface Extremum {
  at: number;
  peak: boolean;
  value: number;
}

/**
 * Maxima and minima in turn that stand out by a tenth of the range.
 *
 * Source: openSMILE's `cFunctionalPeaks2`, rebuilt: which of two near maxima stays depends on the order they come in.
 */
export function extremaOf(x: Float64Array): Extremum[] {
  let high = Number.NEGATIVE_INFINITY;
  let low = Number.POSITIVE_INFINITY;
  for (const v of x) {
    high = Math.max(high, v);
    low = Math.min(low, v);
  }
  const threshold = 0.1 * (high - low);
  return alternating(deepMinima(standingOut(x, threshold), x[0], threshold));
}

/** All local extrema but maxima that differ little from what comes before them. */
function standingOut(x: Float64Array, threshold: number): Extremum[] {
  const kept = new Set<Extremum>();
  let before = x[0];
  let lastMin = x[0];
  let lastMax: Extremum | undefined;
  let lastHeight = x[0];
  let fell = false;
  for (let at = 2; at < x.length - 2; at++) {
    const value = x[at];
    const peak = value > x[at - 1] && value > x[at + 1];
    if (!peak && !(value < x[at - 1] && value < x[at + 1])) continue;
    const extremum = { at, peak, value };
    const differs = Math.abs(value - before) >= threshold;
    before = value;
    if (!peak) {
      kept.add(extremum);
      if (differs) {
        fell = true;
        lastMin = value;
      }
      continue;
    }
    if (!differs && value - lastMin < threshold) continue;
    const higher = value > 1.05 * lastHeight;
    if (differs || higher || fell) {
      if (!differs && higher && lastMax) kept.delete(lastMax);
      kept.add(extremum);
      lastMax = extremum;
      lastHeight = value;
    }
    fell = false;
  }
  return [...kept];
}

/** Without minima that lie hardly below the maximum before them. */
function deepMinima(extrema: Extremum[], first: number, threshold: number): Extremum[] {
  let lastMax = first;
  return extrema.filter(({ peak, value }) => {
    if (peak) lastMax = value;
    return peak || lastMax - value >= threshold;
  });
}

/** Of neighbours of one kind, the highest maximum or the lowest minimum. */
function alternating(extrema: Extremum[]): Extremum[] {
  const out: Extremum[] = [];
  for (const extremum of extrema) {
    const last = out.at(-1);
    if (last?.peak !== extremum.peak) out.push(extremum);
    else if (extremum.peak ? extremum.value > last.value : extremum.value < last.value) out[out.length - 1] = extremum;
  }
  return out;
}

/**
 * Mean and deviation of the rising, and of the falling slopes between extrema, per second.
 *
 * Kept from openSMILE: the slope behind the last extremum counts for the means only, and as it is, so that a fall there is negative; without any
 * extremum it is that of the whole contour per frame.
 */
export function slopesOf(x: Float64Array, extrema: readonly Extremum[], stepSec: number): number[] {
  if (x.length === 0) return [0, 0, 0, 0];
  const slopes: [rising: number[], falling: number[]] = [[], []];
  let [lastMax, lastMin] = [0, 0].map((at) => ({ at, value: x[0] }));
  for (const extremum of extrema) {
    const from = extremum.peak ? lastMin : lastMax;
    const slope = Math.abs(extremum.value - from.value) / ((extremum.at - from.at) * stepSec);
    slopes[extremum.peak ? 0 : 1].push(extremum.value < from.value === extremum.peak ? -slope : slope);
    if (extremum.peak) lastMax = extremum;
    else lastMin = extremum;
  }
  const end = x.length - 1;
  const last = extrema.at(-1);
  const tail = last ? (x[end] - last.value) / ((end - last.at) * stepSec) : (x[end] - x[0]) / x.length;
  const tailFalls = last ? last.peak : tail < 0;
  return slopes.flatMap((values, kind) => {
    const all = kind === (tailFalls ? 1 : 0) ? [...values, tail] : values;
    const mean = all.reduce((a, b) => a + b, 0) / Math.max(1, all.length);
    const square = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / Math.max(1, all.length);
    return [mean, Math.sqrt(square)];
  });
}
