import { type BinaryTruth, requireBothClasses, splitScores } from "../binary.js";
import { type EqualErrorRate, interpolatedEer } from "../detection/equalErrorRate.js";
import { precisionArea } from "../ranking/precisionRecallCurve.js";
import { areaUnder } from "../ranking/rocAuc.js";
import { sortScores } from "../ranking/sortScores.js";
import { mergeCounts } from "../ranking/thresholdCounts.js";
import type { Label } from "../types.js";
import type { Accumulator } from "./accumulators.js";

/** A detector's figures on the scores so far. */
export interface ScoreFigures extends EqualErrorRate {
  rocAuc: number;
  averagePrecision: number;
  targets: number;
  others: number;
}

/** Gathers a detector's scores, batch by batch. */
export interface ScoreAccumulator extends Accumulator<[yTrue: BinaryTruth, yScore: ArrayLike<number>], ScoreFigures> {
  /** Copies of the scores so far, sorted rising: for `detCurve` and pictures. */
  scores(): { targets: Float64Array; others: Float64Array };
}

/**
 * A detector's figures over batches, exact: every score is kept, eight bytes each.
 *
 * @param options.posLabel the label of targets; without it 1 or true
 * @throws RangeError on add if lengths differ or a score is NaN; on result if one class is missing
 */
export function scoreAccumulator({ posLabel }: { posLabel?: Label } = {}): ScoreAccumulator {
  const targets = growing();
  const others = growing();
  return {
    add(yTrue, yScore) {
      const batch = splitScores("scoreAccumulator", yTrue, yScore, { posLabel });
      targets.append(batch.targets);
      others.append(batch.others);
      return this;
    },
    merge(other) {
      const theirs = other.scores();
      targets.append(theirs.targets);
      others.append(theirs.others);
      return this;
    },
    scores: () => ({ targets: sortScores(targets.copy()), others: sortScores(others.copy()) }),
    result() {
      const sorted = this.scores();
      requireBothClasses("scoreAccumulator", sorted.targets.length, sorted.others.length);
      const counts = mergeCounts(sorted.targets, sorted.others);
      return {
        ...interpolatedEer(counts),
        rocAuc: areaUnder(counts),
        averagePrecision: precisionArea(counts),
        targets: counts.targets,
        others: counts.others,
      };
    },
  };
}

/** Doubles in a buffer that doubles when full. */
function growing() {
  let data = new Float64Array(1024);
  let length = 0;
  return {
    append(values: Float64Array): void {
      if (length + values.length > data.length) {
        const larger = new Float64Array(Math.max(2 * data.length, length + values.length));
        larger.set(data.subarray(0, length));
        data = larger;
      }
      data.set(values, length);
      length += values.length;
    },
    copy: () => data.slice(0, length),
  };
}
