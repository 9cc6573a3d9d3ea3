import { requireItems } from "../check.js";
import { type FigureOptions, figure, paletteOf, type Spec, seriesScales } from "../style.js";

/** Scores of one class: targets, others, one attack. */
export interface ScoreSet {
  name: string;
  scores: ArrayLike<number>;
}

/** Options of {@link scoreHistogram}. */
export interface ScoreHistogramOptions extends FigureOptions {
  /** Accept at or above: drawn as a line. */
  threshold?: number;
  /** What the scores are, default "Score". */
  xTitle?: string;
  /** How many bins over the whole range, default by Freedman and Diaconis' rule, 20 to 80. */
  bins?: number;
}

/**
 * Distribution of scores by class, each class as shares of its own items so that rare classes stay visible.
 *
 * @param sets one or more classes; scores that are not finite are left out
 * @throws RangeError if there is no class, or none has a finite score
 */
export function scoreHistogram(sets: readonly ScoreSet[], options: ScoreHistogramOptions = {}): Spec {
  requireItems("scoreHistogram", "sets", sets.length);
  const { threshold, xTitle = "Score", width = 460, height = 240, theme } = options;
  const finite = sets.map(({ scores }) => Float64Array.from(scores).filter(Number.isFinite).sort());
  const all = finite.filter((scores) => scores.length > 0);
  requireItems("scoreHistogram", "finite scores", all.length);
  const low = Math.min(...all.map((scores) => scores[0]));
  const high = Math.max(...all.map((scores) => scores[scores.length - 1]));
  const bins = options.bins ?? binCount(all, low, high);
  const from = low === high ? low - 0.5 : low;
  const step = (low === high ? 1 : high - low) / bins;
  const names = sets.map(({ name }, i) => `${name} (${finite[i].length})`);
  const scales = seriesScales(names, theme);
  const values = finite.flatMap((scores, s) => shares(scores, from, step, bins, names[s]));
  const { muted, text } = paletteOf(theme);
  const color = { field: "name", type: "nominal", title: null, sort: names, scale: scales.color };
  const x = {
    field: "x",
    type: "quantitative",
    title: xTitle,
    scale: { zero: false, nice: false },
    axis: { grid: false },
  };
  const y = {
    field: "share",
    type: "quantitative",
    title: "Share of its class (%)",
    stack: null,
    axis: { labelExpr: "format(datum.value * 100, '~g')", tickCount: 5 },
  };
  return figure(
    {
      width,
      height,
      data: { values },
      layer: [
        { mark: { type: "area", interpolate: "step-after", opacity: 0.28 }, encoding: { x, y, color } },
        {
          mark: { type: "line", interpolate: "step-after", strokeWidth: 1.5 },
          encoding: { x, y, color, strokeDash: { ...color, scale: scales.dash } },
        },
        ...(threshold === undefined || !Number.isFinite(threshold) ? [] : thresholdLine(threshold, muted, text)),
      ],
    },
    options,
  );
}

function thresholdLine(threshold: number, color: string, text: string) {
  const x = { datum: threshold, type: "quantitative" };
  return [
    { mark: { type: "rule", color, strokeDash: [4, 3], strokeWidth: 1.5 }, encoding: { x } },
    {
      data: { values: [{}] },
      mark: { type: "text", color: text, baseline: "bottom", dy: -4, fontSize: 11 },
      encoding: { x, y: { value: 0 }, text: { value: `threshold ${Number(threshold.toPrecision(3))}` } },
    },
  ];
}

/** The largest number of bins that any class asks for: wide classes must not blur narrow ones. */
function binCount(sets: Float64Array[], low: number, high: number): number {
  const wanted = sets.map((scores) => {
    const quartile = (share: number) => scores[Math.floor(share * (scores.length - 1))];
    const width = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(scores.length);
    return width > 0 ? (high - low) / width : 0;
  });
  return Math.min(80, Math.max(20, Math.ceil(Math.max(...wanted))));
}

/** A point at the left edge of each bin and one at the right end, at which the outline comes back to 0. */
function shares(scores: Float64Array, from: number, step: number, bins: number, name: string) {
  const counts = new Float64Array(bins);
  for (const score of scores) counts[Math.min(bins - 1, Math.max(0, Math.floor((score - from) / step)))]++;
  const total = Math.max(1, scores.length);
  const points = Array.from(counts, (count, i) => ({ name, x: from + i * step, share: count / total }));
  return [{ name, x: from, share: 0 }, ...points, { name, x: from + bins * step, share: 0 }];
}
