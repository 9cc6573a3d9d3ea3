import { betaCdf } from "./beta.js";
import { isTrough } from "./yinFrames.js";

interface CandidateOptions {
  nThresholds: number;
  betaParameters: readonly [number, number];
  boltzmannParameter: number;
  noTroughProb: number;
}

/** Periods of one frame and their probabilities, shortest first: for each threshold, the dips below it share its prior. */
export function createCandidates(options: CandidateOptions) {
  const { nThresholds, betaParameters, boltzmannParameter, noTroughProb } = options;
  const cdf = Float64Array.from({ length: nThresholds + 1 }, (_, i) => betaCdf(i / nThresholds, ...betaParameters));
  const prior = Float64Array.from({ length: nThresholds }, (_, i) => cdf[i + 1] - cdf[i]);
  const decay = Math.exp(-boltzmannParameter);
  let troughs = new Int32Array(64);
  let probabilities = new Float64Array(64);
  return (values: Float64Array, found: (at: number, probability: number) => void): void => {
    if (troughs.length < values.length) {
      troughs = new Int32Array(values.length);
      probabilities = new Float64Array(values.length);
    }
    let count = 0;
    let lowest = 0;
    for (let i = 0; i < values.length; i++) {
      if (!isTrough(values, i)) continue;
      troughs[count] = i;
      probabilities[count] = 0;
      if (values[i] < values[troughs[lowest]]) lowest = count;
      count++;
    }
    if (count === 0) return;
    for (let j = 0; j < nThresholds; j++) {
      const threshold = (j + 1) / nThresholds;
      let below = 0;
      for (let i = 0; i < count; i++) if (values[troughs[i]] < threshold) below++;
      if (below === 0) {
        probabilities[lowest] += noTroughProb * prior[j];
        continue;
      }
      // Boltzmann's distribution over the dips in order, cut off after the last.
      let share = (prior[j] * (1 - decay)) / (1 - decay ** below);
      for (let i = 0; i < count; i++) {
        if (values[troughs[i]] >= threshold) continue;
        probabilities[i] += share;
        share *= decay;
      }
    }
    for (let i = 0; i < count; i++) if (probabilities[i] > 0) found(troughs[i], probabilities[i]);
  };
}
