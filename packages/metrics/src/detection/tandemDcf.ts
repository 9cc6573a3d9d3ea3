import { type BinaryTruth, requireBothClasses, splitScores } from "../binary.js";
import { requireInRange } from "../check.js";
import { type ThresholdCounts, thresholdCounts } from "../ranking/thresholdCounts.js";
import type { Label } from "../types.js";
import { nextUp } from "./detCurve.js";
import { asvspoofEer } from "./eerVariants.js";

/** Priors and costs of ASVspoof 2019 (countermeasure and verification pay apart). */
export const asvspoof2019Cost = {
  version: 2019,
  pSpoof: 0.05,
  pTarget: 0.9405,
  pNontarget: 0.0095,
  cMissAsv: 1,
  cFaAsv: 10,
  cMissCm: 1,
  cFaCm: 10,
} as const;

/** Priors and costs of ASVspoof 2021 (one cost a kind of error, whoever makes it). */
export const asvspoof2021Cost = {
  version: 2021,
  pSpoof: 0.05,
  pTarget: 0.9405,
  pNontarget: 0.0095,
  cMiss: 1,
  cFa: 10,
  cFaSpoof: 10,
} as const;

type Numbers<T> = { [K in keyof T]: K extends "version" ? T[K] : number };

/** Costs and priors of a tandem: ASVspoof's of 2019 or 2021. */
export type TandemCost = Numbers<typeof asvspoof2019Cost> | Numbers<typeof asvspoof2021Cost>;

/** Error rates of the speaker verification system that works behind the countermeasure, at its threshold. */
export interface AsvErrors {
  /** Target speakers rejected. */
  missRate: number;
  /** Other speakers accepted. */
  falseAlarmRate: number;
  /** Spoofed target speakers accepted. */
  spoofAcceptRate: number;
}

/** Cost of a countermeasure in front of a verification system. */
export interface TandemDcf {
  /** Least normalised tandem cost; 1 means that the countermeasure is useless (or, in 2019, worse than none). */
  minTDcf: number;
  /** Countermeasure's threshold there: accept as bona fide when score ≥ threshold. */
  threshold: number;
}

/**
 * Minimum normalised t-DCF: detection cost of a countermeasure and a speaker verification system in a row.
 *
 * @param yTrue 1 for bona fide, 0 for spoofed (or any labels with posLabel); length n
 * @param cmScore countermeasure scores, higher means more bona fide; length n
 * @param options.asv error rates of the verification system, see {@link asvErrors}
 * @param options.cost `asvspoof2021Cost` (default), `asvspoof2019Cost` or your own numbers of either kind
 * @throws RangeError if lengths differ, a score is NaN, one class is missing, or a rate is outside [0, 1]
 * Source: Kinnunen et al. 2018 and 2020. Equals the organisers' scripts' `compute_tDCF` within 1e-12 on distinct scores.
 */
export function tandemDcf(
  yTrue: BinaryTruth,
  cmScore: ArrayLike<number>,
  { asv, cost = asvspoof2021Cost, posLabel }: { asv: AsvErrors; cost?: TandemCost; posLabel?: Label },
): TandemDcf {
  for (const [name, rate] of Object.entries(asv)) requireInRange("tandemDcf", `asv.${name}`, rate, 0, 1);
  const counts = thresholdCounts("tandemDcf", yTrue, cmScore, { posLabel });
  const { fixed, miss, falseAlarm } = cost.version === 2019 ? weights2019(asv, cost) : weights2021(asv, cost);
  if (!(miss >= 0 && falseAlarm >= 0)) {
    throw new RangeError(
      `tandemDcf: costs of the countermeasure must not be negative, got ${miss} and ${falseAlarm}; is asv reasonable?`,
    );
  }
  return leastCost(counts, fixed, miss, falseAlarm);
}

/**
 * Error rates of a speaker verification system at its equal error rate, as the ASVspoof scripts take them.
 *
 * @param scores.target same speaker, bona fide; `scores.nontarget`: other speaker; `scores.spoof`: spoofed
 * @param threshold accept when score ≥ threshold; default: the ASVspoof script's EER threshold of target and nontarget
 * @throws RangeError if a list is empty or holds NaN
 */
export function asvErrors(
  scores: { target: ArrayLike<number>; nontarget: ArrayLike<number>; spoof: ArrayLike<number> },
  threshold?: number,
): AsvErrors & { threshold: number } {
  const { target, nontarget, spoof } = scores;
  const all = Float64Array.from([...Array.from(target), ...Array.from(nontarget)]);
  const truth = Uint8Array.from(all, (_, i) => (i < target.length ? 1 : 0));
  const { targets, others } = splitScores("asvErrors", truth, all, {});
  requireBothClasses("asvErrors", targets.length, others.length);
  if (spoof.length === 0) throw new RangeError("asvErrors: spoof must hold at least one score, got 0.");
  const at = threshold ?? asvspoofEer(thresholdCounts("asvErrors", truth, all, {})).threshold;
  const accepted = (list: ArrayLike<number>) => Array.from(list).filter((score) => score >= at).length / list.length;
  return {
    missRate: Array.from(target).filter((score) => score < at).length / target.length,
    falseAlarmRate: accepted(nontarget),
    spoofAcceptRate: accepted(spoof),
    threshold: at,
  };
}

function weights2019(asv: AsvErrors, c: Numbers<typeof asvspoof2019Cost>) {
  return {
    fixed: 0,
    miss: c.pTarget * (c.cMissCm - c.cMissAsv * asv.missRate) - c.pNontarget * c.cFaAsv * asv.falseAlarmRate,
    falseAlarm: c.cFaCm * c.pSpoof * asv.spoofAcceptRate,
  };
}

function weights2021(asv: AsvErrors, c: Numbers<typeof asvspoof2021Cost>) {
  const fixed = c.pTarget * c.cMiss * asv.missRate + c.pNontarget * c.cFa * asv.falseAlarmRate;
  return { fixed, miss: c.pTarget * c.cMiss - fixed, falseAlarm: c.pSpoof * c.cFaSpoof * asv.spoofAcceptRate };
}

function leastCost(counts: ThresholdCounts, fixed: number, miss: number, falseAlarm: number): TandemDcf {
  const { scores, targetsBelow, othersBelow, targets, others } = counts;
  let least = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i < targetsBelow.length; i++) {
    const dcf = fixed + (miss * targetsBelow[i]) / targets + (falseAlarm * (others - othersBelow[i])) / others;
    if (dcf < least) {
      least = dcf;
      at = i;
    }
  }
  return {
    minTDcf: least / (fixed + Math.min(miss, falseAlarm)),
    threshold: at < scores.length ? scores[at] : nextUp(scores[scores.length - 1]),
  };
}
