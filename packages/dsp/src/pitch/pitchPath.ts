import type { PitchFrame } from "./boersma.js";

export interface PathCosts {
  silenceThreshold: number;
  voicingThreshold: number;
  octaveCost: number;
  octaveJumpCost: number;
  voicedUnvoicedCost: number;
  /** Hz; candidates from here on count as unvoiced. */
  ceiling: number;
  stepSec: number;
}

/** The cheapest path through candidates of pitch. Returns Hz of each frame, 0 where unvoiced. Source: Boersma 1993. */
export function cheapestPath(frames: readonly PitchFrame[], costs: PathCosts): Float64Array {
  const { silenceThreshold, voicingThreshold, octaveCost, ceiling } = costs;
  const correction = 0.01 / costs.stepSec;
  const jump = costs.octaveJumpCost * correction;
  const toggle = costs.voicedUnvoicedCost * correction;
  const isVoiced = (frequency: number): boolean => frequency > 0 && frequency < ceiling;
  const frequencies = frames.map(({ candidates }) => candidates.map((c) => (isVoiced(c.frequency) ? c.frequency : 0)));
  const merits = frames.map(({ intensity, candidates }) => {
    const silence = silenceThreshold <= 0 ? 0 : 2 - (intensity * (1 + voicingThreshold)) / silenceThreshold;
    const unvoiced = voicingThreshold + Math.max(0, silence);
    return candidates.map(({ frequency, strength }) =>
      isVoiced(frequency) ? strength - octaveCost * Math.log2(ceiling / frequency) : unvoiced,
    );
  });
  return likeliestPath(frequencies, merits, jump, toggle);
}

/**
 * The path with the greatest sum of merits, less what its moves cost (Viterbi).
 *
 * @param frequencies of the candidates of each frame, Hz; 0 stands for unvoiced
 * @param merits of the same candidates
 * @param jump cost of an octave between voiced frames
 * @param toggle cost of voicing beginning or ending
 * @returns Hz of each frame
 */
function likeliestPath(
  frequencies: readonly (readonly number[])[],
  merits: readonly (readonly number[])[],
  jump: number,
  toggle: number,
): Float64Array {
  const cameFrom: number[][] = [];
  let value: readonly number[] = merits[0] ?? [];
  for (let t = 1; t < frequencies.length; t++) {
    const sources: number[] = [];
    value = frequencies[t].map((now, j) => {
      let best = Number.NEGATIVE_INFINITY;
      for (const [i, before] of frequencies[t - 1].entries()) {
        const both = before > 0 && now > 0;
        const cost = both ? jump * Math.abs(Math.log2(before / now)) : before > 0 === now > 0 ? 0 : toggle;
        if (value[i] - cost > best) {
          best = value[i] - cost;
          sources[j] = i;
        }
      }
      return best + merits[t][j];
    });
    cameFrom[t] = sources;
  }
  const f0 = new Float64Array(frequencies.length);
  let state = value.indexOf(Math.max(...value));
  for (let t = f0.length - 1; t >= 0; t--) {
    f0[t] = frequencies[t][state];
    if (t > 0) state = cameFrom[t][state];
  }
  return f0;
}
