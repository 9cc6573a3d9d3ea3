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
  const merits = frames.map(({ intensity, candidates }) => {
    const silence = silenceThreshold <= 0 ? 0 : 2 - (intensity * (1 + voicingThreshold)) / silenceThreshold;
    const unvoiced = voicingThreshold + Math.max(0, silence);
    return candidates.map(({ frequency, strength }) =>
      isVoiced(frequency) ? strength - octaveCost * Math.log2(ceiling / frequency) : unvoiced,
    );
  });
  const cameFrom: number[][] = [];
  let value = merits[0] ?? [];
  for (let t = 1; t < frames.length; t++) {
    const sources: number[] = [];
    const next = frames[t].candidates.map(({ frequency }, j) => {
      let best = Number.NEGATIVE_INFINITY;
      for (const [i, before] of frames[t - 1].candidates.entries()) {
        const a = isVoiced(before.frequency);
        const b = isVoiced(frequency);
        const cost = a && b ? jump * Math.abs(Math.log2(before.frequency / frequency)) : a === b ? 0 : toggle;
        if (value[i] - cost > best) {
          best = value[i] - cost;
          sources[j] = i;
        }
      }
      return best + merits[t][j];
    });
    cameFrom[t] = sources;
    value = next;
  }
  const f0 = new Float64Array(frames.length);
  let state = value.indexOf(Math.max(...value));
  for (let t = frames.length - 1; t >= 0; t--) {
    const { frequency } = frames[t].candidates[state];
    f0[t] = isVoiced(frequency) ? frequency : 0;
    if (t > 0) state = cameFrom[t][state];
  }
  return f0;
}
