import { type Candidates, candidateCount } from "./subharmonics.js";

/** Candidates less sure than this are hardly a voice. */
const voicingCutoff = 0.7;
/** Costs of openSMILE's smoother: its weights for eGeMAPS, and what its code makes of them. */
const localWeight = 2;
const moveWeight = 10;
const turnWeight = 10;
const toggleCost = 10;
const unvoicedStay = 1;
const unsureCost = 4;
/** Frames that may wait until all paths agree; then the best path decides the oldest. */
export const maxDelay = 40;

const states = candidateCount + 1;
const unvoiced = candidateCount;

/**
 * The cheapest path through candidates of pitch, frame by frame as it becomes certain.
 *
 * A move costs its size in octaves (natural logarithm), and as much how it differs from the move looked at before: openSMILE compares with the
 * neighbouring candidate's, not with the path's own last move, and the pitch of the set is that one.
 * Source: openSMILE's `cPitchSmootherViterbi`, rebuilt.
 */
export function createSmoother() {
  const pitches = new Float64Array(maxDelay * candidateCount);
  const before = new Float64Array(candidateCount);
  let cost = new Float64Array(states);
  let next = new Float64Array(states);
  // Where each state of each waiting frame came from.
  const cameFrom = new Uint8Array(maxDelay * states);
  let seen = 0;
  let given = 0;
  const pitchOf = (frame: number, state: number): number =>
    state === unvoiced ? 0 : pitches[(frame % maxDelay) * candidateCount + state];
  /** Gives out waiting frames up to before `end`, on the path that leads to `state` in the newest. */
  const path = new Uint8Array(maxDelay);
  const decide = (end: number, state: number, use: (hz: number) => void): void => {
    let at = state;
    for (let t = seen - 1; t >= given; t--) {
      path[t % maxDelay] = at;
      at = cameFrom[(t % maxDelay) * states + at];
    }
    while (given < end) {
      use(pitchOf(given, path[given % maxDelay]));
      given++;
    }
  };
  const cheapest = (): number => {
    let best = 0;
    for (let i = 1; i < states; i++) if (cost[i] < cost[best]) best = i;
    return best;
  };
  /** One beyond the newest waiting frame in which all paths go through one state. */
  const agreed = (): number => {
    let from = (1 << states) - 1;
    for (let t = seen - 1; t >= given; t--) {
      if ((from & (from - 1)) === 0) return t + 1;
      let sources = 0;
      for (let i = 0; i < states; i++) if (from & (1 << i)) sources |= 1 << cameFrom[(t % maxDelay) * states + i];
      from = sources;
    }
    return given;
  };
  return {
    push({ hz, voicing }: Candidates, use: (hz: number) => void): void {
      const slot = (seen % maxDelay) * states;
      for (let i = 0; i < states; i++) {
        let best = 0;
        if (seen > 0) {
          let least = Number.POSITIVE_INFINITY;
          let last = seen === 1 && i === 0 ? 1 : 0;
          for (let j = 0; j < states; j++) {
            let move = i === j ? unvoicedStay : toggleCost;
            if (i !== unvoiced && j !== unvoiced) {
              move = 999; // an empty place
              if (before[j] > 0 && hz[i] > 0) {
                const change = Math.log(hz[i] / before[j]);
                move = moveWeight * Math.abs(change) + turnWeight * Math.abs(change - last);
                last = change;
              }
            }
            if (move + cost[j] < least) {
              least = move + cost[j];
              best = j;
            }
          }
          next[i] = least;
        } else next[i] = 0;
        next[i] += localCost(i, hz, voicing);
        cameFrom[slot + i] = best;
      }
      const swap = cost;
      cost = next;
      next = swap;
      before.set(hz);
      pitches.set(hz, (seen % maxDelay) * candidateCount);
      seen++;
      if (seen - given >= maxDelay) decide(given + 1, cheapest(), use);
      else decide(agreed(), 0, use);
    },
    finish(use: (hz: number) => void): void {
      decide(seen, cheapest(), use);
    },
    reset(): void {
      seen = given = 0;
    },
  };
}

function localCost(state: number, hz: Float64Array, voicing: Float64Array): number {
  if (state === unvoiced) return voicing.some((v) => v >= voicingCutoff) ? localWeight * unsureCost : 0;
  const sure = Math.min(1, Math.max(0.01, voicing[state]));
  return localWeight * (-Math.log(sure) + (sure < voicingCutoff ? unsureCost : 0)) + outOfRange(hz[state]);
}

/** Voices between 100 and 350 Hz cost nothing. */
function outOfRange(hz: number): number {
  if (hz <= 0) return 2;
  if (hz < 100) return 1 - hz / 100;
  if (hz < 350) return 0;
  return hz < 600 ? (hz - 350) / 250 : 1.2;
}
