export interface PitchDecoderOptions {
  /** Pitch bins; there are as many voiced states, and after them as many unvoiced ones. */
  bins: number;
  /** Bins that the triangle of transitions spans, odd. */
  width: number;
  switchProb: number;
  /** Frames that may wait for their decision. */
  capacity: number;
  /** Unvoiced states count as one: nobody asks which it was. */
  unvoicedAlike: boolean;
}

/** The likeliest path through voiced and unvoiced pitch bins, as far as it is decided. */
export interface PitchDecoder {
  /** Takes the probability of each voiced bin of the next frame; calls `use` with the states of frames that this decides, in order. */
  push(probabilities: Float64Array, use: (state: number) => void): void;
  /** Decides what is left. */
  finish(use: (state: number) => void): void;
  reset(): void;
}

/** What log(0) becomes, as in librosa: the smallest normal double stands for 0. */
const tiny = 2 ** -1022;
const logTiny = Math.log(tiny);

/** Frames between two looks at what is decided. */
const interval = 8;

/**
 * Viterbi's search. Moves within the triangle are tried one by one; any move beyond it costs the same, so the best of those begins at the best state
 * of all: that makes librosa's dense search over all pairs a narrow one.
 *
 * A frame is decided when the best paths to all states of the newest frame agree on it, which the end of the signal cannot change any more. When
 * `capacity` frames wait, the better half of a guess is taken: the older half of the path that is best now.
 */
export function createPitchDecoder(options: PitchDecoderOptions): PitchDecoder {
  const { bins, width, switchProb, capacity, unvoicedAlike } = options;
  const half = Math.floor(width / 2);
  const triangle = Float64Array.from({ length: half + 1 }, (_, d) => Math.log((half + 1 - d) / (half + 1)));
  const rowScale = logRowSums(bins, half);
  const stay = Math.log(1 - switchProb + tiny);
  const change = Math.log(switchProb + tiny);
  const count = 2 * bins;
  const Indices = count > 2 ** 16 ? Uint32Array : Uint16Array;
  const [value, next, log, reached] = Array.from({ length: 4 }, () => new Float64Array(count));
  const from = new Indices(count); // where the best value from the same voicing through the triangle comes from
  const cameFrom = new Indices(capacity * count);
  const path = new Indices(capacity);
  const decided = new Uint8Array(capacity);
  // States that the best paths go through, and marks of them.
  let alive = new Indices(count);
  let before = new Indices(count);
  const marked = new Uint8Array(count);
  let seen = 0;
  let given = 0;

  const readLog = (probabilities: Float64Array): void => {
    let sum = 0;
    for (let i = 0; i < bins; i++) {
      sum += probabilities[i];
      log[i] = probabilities[i] > 0 ? Math.log(probabilities[i] + tiny) : logTiny;
    }
    log.fill(Math.log((1 - Math.max(0, Math.min(1, sum))) / bins + tiny), bins);
  };

  const advance = (): void => {
    maxPlus(value, 0, bins, half, triangle, rowScale, reached, from);
    maxPlus(value, bins, bins, half, triangle, rowScale, reached, from);
    const best = bestState();
    const far = value[best] + logTiny;
    const slot = (seen % capacity) * count;
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
      cameFrom[slot + j] = source;
    }
    value.set(next);
  };
  const bestState = (): number => {
    let best = 0;
    for (let i = 1; i < count; i++) if (value[i] > value[best]) best = i;
    return best;
  };

  /** Follows the best paths to all states back; `path` and `decided` then hold the states of the frames that wait. */
  const traceAll = (): void => {
    let size = count;
    for (let i = 0; i < count; i++) alive[i] = i;
    for (let t = seen - 1; t >= given; t--) {
      const slot = t % capacity;
      let lowest = alive[0];
      for (let i = 1; i < size; i++) lowest = Math.min(lowest, alive[i]);
      path[slot] = alive[0];
      decided[slot] = size === 1 || (unvoicedAlike && lowest >= bins) ? 1 : 0;
      let kept = 0;
      for (let i = 0; i < size; i++) {
        const source = cameFrom[slot * count + alive[i]];
        if (marked[source] === 1) continue;
        marked[source] = 1;
        before[kept++] = source;
      }
      for (let i = 0; i < kept; i++) marked[before[i]] = 0;
      size = kept;
      const swap = alive;
      alive = before;
      before = swap;
    }
  };
  const traceBest = (): void => {
    let state = bestState();
    for (let t = seen - 1; t >= given; t--) {
      const slot = t % capacity;
      path[slot] = state;
      state = cameFrom[slot * count + state];
    }
  };
  return {
    push(probabilities, use) {
      readLog(probabilities);
      if (seen === 0) for (let i = 0; i < count; i++) value[i] = log[i] - Math.log(count);
      else advance();
      seen++;
      if (seen % interval === 0) {
        traceAll();
        while (given < seen && decided[given % capacity] === 1) use(path[given++ % capacity]);
      }
      if (seen - given < capacity) return;
      traceBest();
      for (const end = given + capacity / 2; given < end; ) use(path[given++ % capacity]);
    },
    finish(use) {
      traceBest();
      while (given < seen) use(path[given++ % capacity]);
    },
    reset() {
      seen = given = 0;
    },
  };
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
  from: Uint16Array | Uint32Array,
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
