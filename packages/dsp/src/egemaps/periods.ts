/** Periods may differ this much from the pitch. */
const searchRange = 0.1;
/** Neighbouring periods that resemble each other less do not count. */
const minCorrelation = 0.5;

/**
 * Jitter and shimmer of one frame after the other: follows the periods of a voice through the wave, each where it resembles the next most.
 *
 * A frame goes on where whole periods of the frame before ended, and looks at two periods at least.
 * Source: openSMILE's `cPitchJitter`, rebuilt.
 */
export function createPerturbation(sampleRate: number, hop: number, frameLength: number) {
  // Where the next frame goes on, and how many samples of the frame before were left over.
  let at = 0;
  let rest = 0;
  let lastPeriod = 0;
  let jitter = 0;
  let shimmer = 0;
  const scores = new Float64Array(2 + Math.ceil((sampleRate / 25) * 2 * searchRange) + 4);
  return {
    /**
     * Frame that begins at `begin`, with the pitch f0 (0 where unvoiced), of the signal whose sample at time t lies at samples[t − origin]; jitter as a
     * share of the period and shimmer in dB into out[0] and out[1].
     */
    run(samples: Float32Array, origin: number, begin: number, f0: number, out: Float64Array): void {
      const wanted = hop + rest;
      out.fill(0, 0, 2);
      if (!(f0 > 0)) {
        at += wanted;
        rest = lastPeriod = jitter = shimmer = 0;
        return;
      }
      const expected = sampleRate / f0;
      const middle = Math.round(expected);
      const low = Math.floor((1 - searchRange) * expected);
      const high = Math.ceil((1 + searchRange) * expected);
      if (begin - rest !== at) at = begin;
      const length = Math.min(Math.max(wanted, 2 * high + 2), begin + frameLength - at);
      const x = samples.subarray(at - origin, at - origin + length);
      let periods = 0;
      let periodSum = 0;
      let changes = 0;
      let changeSum = 0;
      let heights = 0;
      let heightChanges = 0;
      let kept = 0;
      for (let start = 0; start < x.length - 2 * high - 1; ) {
        const best = bestLag(x, start, low, high, scores);
        if (best > 0) {
          const next = start + low + best;
          const [shift, correlation] = vertex(scores[best - 1], scores[best], scores[best + 1]);
          if (correlation > minCorrelation) {
            const period = low + best + shift;
            periods++;
            periodSum += period;
            if (lastPeriod > 0) {
              changes++;
              changeSum += Math.abs(lastPeriod - period);
            }
            lastPeriod = period;
            const here = peakToPeak(x, start, low + best);
            const there = peakToPeak(x, next, low + best);
            heights += (here + there) / 2;
            heightChanges += Math.abs(here - there);
          }
          start = next;
        } else start += middle;
        if (start < wanted - 1) kept = start;
      }
      rest = wanted - kept;
      at += kept;
      if (changes > 0) jitter = Math.min(1, changeSum / changes / (periodSum / periods));
      if (periods > 0) shimmer = heights > 0 ? Math.min(1, heightChanges / heights) : 0;
      // A frame without a period keeps what the one before had.
      if (changes > 0 || periods === 0) out[0] = jitter;
      out[1] = 20 * Math.log10(shimmer + 1);
    },
    reset(): void {
      at = rest = lastPeriod = jitter = shimmer = 0;
    },
  };
}

/** The highest inner peak of the correlation of a period with the next, from `low` samples on; 0 where there is none. */
function bestLag(x: Float32Array, start: number, low: number, high: number, scores: Float64Array): number {
  for (let lag = low; lag <= high; lag++) scores[lag - low] = correlation(x, start, lag);
  let best = 0;
  for (let i = 1; i < high - low - 1; i++) {
    if (scores[i - 1] < scores[i] && scores[i] > scores[i + 1] && (best === 0 || scores[i] > scores[best])) best = i;
  }
  return best;
}

/** Of `lag` samples with as many behind them. */
function correlation(x: Float32Array, start: number, lag: number): number {
  let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0];
  for (let i = start; i < start + lag; i++) {
    const u = x[i];
    const v = x[i + lag];
    a += u;
    b += v;
    aa += u * u;
    bb += v * v;
    ab += u * v;
  }
  return (ab - (a * b) / lag) / Math.sqrt((aa - (a * a) / lag) * (bb - (b * b) / lag));
}

/** Place and height of the top of the parabola through three neighbours. */
function vertex(left: number, top: number, right: number): [shift: number, height: number] {
  const shift = (0.5 * (left - right)) / (left - 2 * top + right);
  return [shift, top - 0.25 * (left - right) * shift];
}

function peakToPeak(x: Float32Array, start: number, length: number): number {
  let low = x[start + 1];
  let high = low;
  for (let i = start + 1; i < start + length - 1; i++) {
    if (x[i] < low) low = x[i];
    if (x[i] > high) high = x[i];
  }
  return high - low;
}
