/** Root of the mean squared difference of two spectrograms. */
export function spectrogramDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return Math.sqrt(sum / a.length);
}

/**
 * How different spectrograms of one class are: the mean distance of all pairs.
 *
 * @throws RangeError for fewer than two
 */
export function diversity(spectrograms: readonly Float32Array[]): number {
  const n = spectrograms.length;
  if (n < 2) throw new RangeError(`diversity: at least two spectrograms are needed, got ${n}.`);
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sum += spectrogramDistance(spectrograms[i], spectrograms[j]);
  return sum / ((n * (n - 1)) / 2);
}

/** Distance of a spectrogram to the nearest of some others, and which that is. */
export function nearestSpectrogram(
  one: Float32Array,
  others: readonly Float32Array[],
): { distance: number; index: number } {
  let best = { distance: Number.POSITIVE_INFINITY, index: -1 };
  for (const [index, other] of others.entries()) {
    const distance = spectrogramDistance(one, other);
    if (distance < best.distance) best = { distance, index };
  }
  return best;
}

/** What may go wrong in an epoch, as a sentence each; none when all is well. */
export interface HealthFigures {
  /** Diversity of what is made from fixed noise, as a share of that of recordings; absent where nobody looked. */
  diversity?: number;
  /** Mean scores of the discriminator; absent without one. */
  realScore?: number;
  fakeScore?: number;
}

/** Least share of the recordings' diversity, and largest gap between scores, that pass. */
const limits = { diversity: 0.15, gap: 20 };

/** @param epoch early ones are given time: nothing has been learned yet */
export function troubleOf({ diversity, realScore, fakeScore }: HealthFigures, epoch: number): string | undefined {
  if (epoch >= 5 && diversity !== undefined && diversity < limits.diversity) {
    return `The generator has collapsed: its sounds of one class differ by ${(100 * diversity).toFixed(0)} % of what recordings do; lower the learning rate, or add augment or a penalty.`;
  }
  if (realScore !== undefined && fakeScore !== undefined && realScore - fakeScore > limits.gap) {
    return `The discriminator has won: it scores recordings ${realScore.toFixed(1)} and made-up sounds ${fakeScore.toFixed(1)}; lower otherLearningRate, or add augment or a penalty.`;
  }
  return undefined;
}
