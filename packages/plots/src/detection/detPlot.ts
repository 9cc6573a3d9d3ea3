import { requireItems, requireSameLength } from "../check.js";
import { type FigureOptions, figure, paletteOf, type Spec, seriesScales } from "../style.js";
import { thin } from "../thin.js";
import { tickLabels } from "../ticks.js";
import { seriesEncoding } from "./curves.js";
import { probit } from "./probit.js";

/** DET curve of one system, as `detCurve` of @earshot/metrics gives it. */
export interface DetSeries {
  name: string;
  fpr: ArrayLike<number>;
  fnr: ArrayLike<number>;
  /** Printed beside the name and marked on the curve where given, in [0, 1]. */
  eer?: number;
}

/** Options of {@link detPlot}. */
export interface DetPlotOptions extends FigureOptions {
  /** Lowest rate drawn, in (0, 0.1]; default: what the curves resolve, between 0.0001 and 0.01. */
  lowest?: number;
  /** Highest rate drawn, in [0.5, 1), default 0.6 or what the curves need. */
  highest?: number;
}

const TICKS = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99];

/**
 * DET curves: miss rate over false-alarm rate, both on probit axes, on which normal scores give straight lines.
 *
 * @param curves one or more systems; long curves are drawn by their corners
 * @throws RangeError if there is no curve, or lengths differ
 * Source: Martin et al. 1997, "The DET curve in assessment of detection task performance".
 */
export function detPlot(curves: readonly DetSeries[], options: DetPlotOptions = {}): Spec {
  requireItems("detPlot", "curves", curves.length);
  for (const { name, fpr, fnr } of curves)
    requireSameLength("detPlot", `fpr of ${name}`, fpr.length, "fnr", fnr.length);
  const { width = 380, height = 380, theme, highest = highestRate(curves) } = options;
  const { lowest = finestRate(curves, highest) } = options;
  const { muted } = paletteOf(theme);
  const names = curves.map(({ name, eer }) => (eer === undefined ? name : `${name} (EER ${(100 * eer).toFixed(2)} %)`));
  const scales = seriesScales(names, theme);
  const [low, high] = [probit(lowest), probit(highest)];
  const onAxis = (rate: number) => probit(Math.min(1 - 1e-9, Math.max(1e-9, rate)));
  const values = curves.flatMap(({ fpr, fnr }, c) => {
    const x = Float64Array.from(fpr, onAxis);
    const y = Float64Array.from(fnr, onAxis);
    return thin(x, y, (high - low) / 2000).map((i, order) => ({ name: names[c], x: x[i], y: y[i], order }));
  });
  const marks = curves.flatMap(({ eer }, c) =>
    eer === undefined || eer <= lowest ? [] : [{ x: onAxis(eer), y: onAxis(eer), color: scales.color.range[c] }],
  );
  const ticks = spacedTicks(lowest, highest, width);
  const axis = {
    values: ticks.map(probit),
    labelExpr: tickLabels(ticks.map((rate) => ({ at: probit(rate), label: `${Number((100 * rate).toPrecision(3))}` }))),
    labelOverlap: false,
    labelFlush: false,
  };
  const scale = { domain: [low, high], nice: false, zero: false };
  return figure(
    {
      width,
      height,
      encoding: {
        x: { field: "x", type: "quantitative", scale, axis, title: "False-alarm rate (%)" },
        y: { field: "y", type: "quantitative", scale, axis, title: "Miss rate (%)" },
      },
      layer: [
        {
          data: { values: [low, high].map((end) => ({ x: end, y: end })) },
          mark: { type: "line", color: muted, strokeDash: [4, 4], strokeWidth: 1 },
        },
        { data: { values }, mark: { type: "line", clip: true }, encoding: seriesEncoding(names, scales) },
        // A layer each: colours of their own would come between the lines' colours and their legend.
        ...marks.map(({ x, y, color }) => ({
          data: { values: [{ x, y }] },
          mark: { type: "point", filled: true, size: 60, opacity: 1, clip: true, color },
        })),
      ],
    },
    options,
  );
}

/** Ticks between the ends whose labels do not touch, from the highest down. */
function spacedTicks(lowest: number, highest: number, width: number): number[] {
  const pixels = width / (probit(highest) - probit(lowest));
  const ticks: number[] = [];
  for (const rate of [...TICKS].reverse()) {
    if (rate < lowest || rate > highest) continue;
    const last = ticks.at(-1);
    if (last === undefined || (probit(last) - probit(rate)) * pixels > 30) ticks.push(rate);
  }
  return ticks;
}

/** The smallest rate above 0 that a curve reaches inside the picture, rounded down to a tick. */
function finestRate(curves: readonly DetSeries[], highest: number): number {
  let least = 0.01;
  for (const { fpr, fnr } of curves) {
    for (let i = 0; i < fpr.length; i++) {
      if (fnr[i] <= highest && fpr[i] > 0 && fpr[i] < least) least = fpr[i];
      if (fpr[i] <= highest && fnr[i] > 0 && fnr[i] < least) least = fnr[i];
    }
  }
  return [...TICKS].reverse().find((tick) => tick <= Math.max(least, TICKS[0])) ?? TICKS[0];
}

/** 60 %, or about twice the rate at which misses and false alarms are equal, so that the worst curve shows both sides. */
function highestRate(curves: readonly DetSeries[]): number {
  let equal = 0;
  for (const { fpr, fnr } of curves) {
    for (let i = 0; i < fpr.length; i++) equal = Math.max(equal, Math.min(fpr[i], fnr[i]));
  }
  return TICKS.find((tick) => tick >= Math.max(0.6, 2.2 * equal)) ?? 0.99;
}
