import { requireRange } from "../images/image.js";

/** What is compared, a value a picture each; NaN where there is none. */
export interface TalkCurves {
  /** Of the mouth: see `mouthOpening`. */
  opening: ArrayLike<number>;
  /** Of the mouth, from picture to picture. */
  motion: ArrayLike<number>;
  /** Of the sound, in decibels. */
  level: ArrayLike<number>;
}

/** Options of {@link audioVisualOffset}. */
export interface OffsetOptions {
  /** Pictures a second. */
  fps: number;
  /** Offsets that are tried, on both sides (default 0.8). */
  maxOffsetSec?: number;
}

/** How far sound and picture are apart. */
export interface AudioVisualOffset {
  /** Above 0 the sound comes late, below 0 early. */
  offsetSec: number;
  /** The same in pictures, not rounded. */
  offsetFrames: number;
  /** Agreement at the offset, in [−1, 1]. */
  score: number;
  /** How far the agreement stands above that of all offsets further than 0.12 s away. */
  margin: number;
  /** Whether the agreement is high and stands out: mouths of other people than the speaker give unsure offsets. */
  sure: boolean;
  /** Agreement of each offset. */
  curve: { offsetSec: number; score: number }[];
}

const fn = "audioVisualOffset";
/** Offsets beside the best that belong to its peak. */
const PEAK_SEC = 0.12;
/** Measured on GRID: own sound 0.61 to 0.79, margins 0.23 to 0.37; others' sound half below 0.52 and 0.08. */
const [SURE_SCORE, SURE_MARGIN] = [0.55, 0.15];
const LEAST_SEC = 1;

/**
 * Finds the offset at which mouth and sound agree best: a moving mouth with loud sound, and the moments at which the mouth opens with those
 * at which the sound swells.
 *
 * @returns undefined where less than a second is seen and heard, or nothing moves
 * @throws RangeError if the curves differ in length, or an option is out of range
 * Source: correlation of mouth opening and acoustic envelope, Chandrasekaran et al. 2009.
 */
export function audioVisualOffset(
  curves: TalkCurves,
  { fps, maxOffsetSec = 0.8 }: OffsetOptions,
): AudioVisualOffset | undefined {
  const { opening, motion, level } = curves;
  requireRange(fn, "fps", fps, 1, 1000);
  requireRange(fn, "maxOffsetSec", maxOffsetSec, 0.04, 60);
  if (opening.length !== level.length || motion.length !== level.length) {
    throw new RangeError(
      `${fn}: needs a value a picture of each curve, got ${opening.length}, ${motion.length} and ${level.length}.`,
    );
  }
  const frame = 0.04 * fps;
  const moving = smooth(motion, frame);
  const opens = slope(smooth(opening, frame));
  const swells = slope(smooth(level, frame));
  const loud = Float64Array.from(level);
  const most = Math.round(maxOffsetSec * fps);
  const least = Math.ceil(LEAST_SEC * fps);
  const curve: AudioVisualOffset["curve"] = [];
  for (let lag = -most; lag <= most; lag++) {
    const [coarse, fine] = [correlation(moving, loud, lag, least), correlation(opens, swells, lag, least)];
    curve.push({ offsetSec: lag / fps, score: (coarse + fine) / 2 });
  }
  const best = curve.reduce((a, b, i) => (b.score > (curve[a]?.score ?? -Infinity) ? i : a), -1);
  if (best < 0) return undefined;
  const { score } = curve[best];
  const others = curve.filter((_, i) => Math.abs(i - best) > PEAK_SEC * fps && Number.isFinite(curve[i].score));
  const margin = score - others.reduce((a, b) => Math.max(a, b.score), -1);
  const offsetFrames = best - most + vertex(curve[best - 1]?.score, score, curve[best + 1]?.score);
  const sure = score >= SURE_SCORE && margin >= SURE_MARGIN;
  return { offsetSec: offsetFrames / fps, offsetFrames, score, margin, sure, curve };
}

/** Gaussian average over the values that are there; NaN stays NaN. */
function smooth(values: ArrayLike<number>, deviation: number): Float64Array {
  const reach = Math.ceil(3 * deviation);
  return Float64Array.from(values, (own, i) => {
    if (Number.isNaN(own)) return Number.NaN;
    let [sum, total] = [0, 0];
    for (let k = Math.max(0, i - reach); k <= Math.min(values.length - 1, i + reach); k++) {
      if (Number.isNaN(values[k])) continue;
      const weight = Math.exp(-(((k - i) / deviation) ** 2) / 2);
      sum += weight * values[k];
      total += weight;
    }
    return sum / total;
  });
}

/** Central differences; NaN beside NaN and at the ends. */
const slope = (values: Float64Array): Float64Array =>
  values.map((_, i) => (i === 0 || i === values.length - 1 ? Number.NaN : (values[i + 1] - values[i - 1]) / 2));

/** Correlation of a(t) with b(t + lag) over the pairs that are there, less where they are fewer; NaN of fewer than `least`. */
function correlation(a: Float64Array, b: Float64Array, lag: number, least: number): number {
  let [n, sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0, 0];
  for (let t = Math.max(0, -lag); t < Math.min(a.length, b.length - lag); t++) {
    const [x, y] = [a[t], b[t + lag]];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    n++;
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  if (n < least) return Number.NaN;
  const variance = (saa - (sa * sa) / n) * (sbb - (sb * sb) / n);
  return variance > 1e-18 ? ((sab - (sa * sb) / n) / Math.sqrt(variance)) * Math.sqrt(n / a.length) : Number.NaN;
}

/** Where the parabola through three neighbours is highest, from the middle one. */
function vertex(left: number | undefined, middle: number, right: number | undefined): number {
  if (left === undefined || right === undefined || !Number.isFinite(left + right)) return 0;
  const bend = left - 2 * middle + right;
  return bend < 0 ? Math.max(-0.5, Math.min(0.5, (left - right) / (2 * bend))) : 0;
}
