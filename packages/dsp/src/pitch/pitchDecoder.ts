export interface PitchDecoderOptions {
  frames: number;
  /** Pitch bins; there are as many voiced states, and after them as many unvoiced ones. */
  bins: number;
  /** Bins that the triangle of transitions spans, odd. */
  width: number;
  switchProb: number;
  /** Calls `decode` with the probability of each voiced bin, once a frame in rising order. */
  observe(decode: (probabilities: Float64Array) => void): void;
}

/** What log(0) becomes, as in librosa: the smallest normal double stands for 0. */
const tiny = 2 ** -1022;
const logTiny = Math.log(tiny);

/**
 * The likeliest path through voiced and unvoiced pitch bins (Viterbi). Moves within the triangle are tried one by one; any move beyond
 * it costs the same, so the best of those begins at the best state of all. That makes librosa's dense search over all pairs a narrow one.
 *
 * @returns the state of each frame
 */
export function decodePitch({ frames, bins, width, switchProb, observe }: PitchDecoderOptions): Uint16Array {
  const states = new Uint16Array(frames);
  if (frames === 0) return states;
  const half = Math.floor(width / 2);
  const triangle = Float64Array.from({ length: half + 1 }, (_, d) => Math.log((half + 1 - d) / (half + 1)));
  const rowScale = logRowSums(bins, half);
  const stay = Math.log(1 - switchProb + tiny);
  const change = Math.log(switchProb + tiny);
  const count = 2 * bins;
  const value = new Float64Array(count);
  const next = new Float64Array(count);
  const reached = new Float64Array(count); // best value from the same voicing through the triangle, and where from
  const from = new Uint16Array(count);
  const log = new Float64Array(count);
  const cameFrom = new Uint16Array(frames * count);

  const readLog = (probabilities: Float64Array): void => {
    let sum = 0;
    for (let i = 0; i < bins; i++) {
      sum += probabilities[i];
      log[i] = probabilities[i] > 0 ? Math.log(probabilities[i] + tiny) : logTiny;
    }
    log.fill(Math.log((1 - Math.max(0, Math.min(1, sum))) / bins + tiny), bins);
  };

  const advance = (t: number): void => {
    for (const start of [0, bins]) maxPlus(value, start, bins, half, triangle, rowScale, reached, from);
    let best = 0;
    for (let i = 1; i < count; i++) if (value[i] > value[best]) best = i;
    const far = value[best] + logTiny;
    for (let j = 0; j < count; j++) {
      const other = j < bins ? j + bins : j - bins;
      const same = reached[j] + stay;
      const crossed = reached[other] + change;
      const voicedFirst = j < bins ? same >= crossed : same > crossed;
      let top = voicedFirst ? same : crossed;
      let source = from[voicedFirst ? j : other];
      if (far > top) {
        top = far;
        source = best;
      }
      next[j] = log[j] + top;
      cameFrom[t * count + j] = source;
    }
    value.set(next);
  };

  let t = 0;
  observe((probabilities) => {
    readLog(probabilities);
    if (t === 0) for (let i = 0; i < count; i++) value[i] = log[i] - Math.log(count);
    else advance(t);
    t++;
  });
  let state = 0;
  for (let i = 1; i < count; i++) if (value[i] > value[state]) state = i;
  for (let f = frames - 1; f >= 0; f--) {
    states[f] = state;
    state = cameFrom[f * count + state];
  }
  return states;
}

/** Rows of the transition matrix sum to 1: what the triangle around each bin sums to, in logarithms. */
function logRowSums(bins: number, half: number): Float64Array {
  return Float64Array.from({ length: bins }, (_, i) => {
    let sum = 0;
    for (let d = -Math.min(half, i); d <= Math.min(half, bins - 1 - i); d++)
      sum += (half + 1 - Math.abs(d)) / (half + 1);
    return Math.log(sum);
  });
}

/** reached[j] = max over i of value[i] − rowScale[i] + triangle[|i − j|], and the first i that attains it. */
function maxPlus(
  value: Float64Array,
  start: number,
  bins: number,
  half: number,
  triangle: Float64Array,
  rowScale: Float64Array,
  reached: Float64Array,
  from: Uint16Array,
): void {
  for (let j = 0; j < bins; j++) {
    let top = Number.NEGATIVE_INFINITY;
    let source = 0;
    const last = Math.min(bins - 1, j + half);
    for (let i = Math.max(0, j - half); i <= last; i++) {
      const candidate = value[start + i] - rowScale[i] + triangle[i < j ? j - i : i - j];
      if (candidate > top) {
        top = candidate;
        source = i;
      }
    }
    reached[start + j] = top;
    from[start + j] = start + source;
  }
}
