import { requireItems } from "../check.js";
import { type FigureOptions, figure, namesDown, paletteOf, type Spec } from "../style.js";

/** A figure with its interval: one run, one group, one difference. */
export interface IntervalRow {
  name: string;
  value: number;
  low: number;
  high: number;
  /** Drawn full and dark, the others hollow: what the others are compared with. */
  marked?: boolean;
}

/** Options of {@link intervalPlot}. */
export interface IntervalPlotOptions extends FigureOptions {
  /** What is measured, with its unit; default "Figure". */
  metric?: string;
  /** Print and label in % of 1 (default false). */
  percent?: boolean;
  /** A line across: 0 for differences, chance, a figure to beat. */
  reference?: number;
}

/**
 * Points with intervals, one row each, on an axis that need not begin at 0: to compare runs, groups or differences.
 *
 * @param rows at least one, drawn from the top
 * @throws RangeError if there is no row
 */
export function intervalPlot(rows: readonly IntervalRow[], options: IntervalPlotOptions = {}): Spec {
  requireItems("intervalPlot", "rows", rows.length);
  const { metric = "Figure", percent = false, reference, width = 380, theme } = options;
  const { height = Math.max(40, Math.round(Math.min(28, 900 / rows.length) * rows.length)) } = options;
  const { series, text, muted, background } = paletteOf(theme);
  const print = (value: number) => (percent ? (100 * value).toFixed(1) : Number(value.toPrecision(3)).toString());
  const names = rows.map((row) => row.name);
  const values = rows.map(({ name, value, low, high, marked = false }) => ({
    name,
    value,
    low,
    high,
    marked,
    text: `${print(value)} (${print(low)} to ${print(high)})`,
  }));
  const y = namesDown("name", names);
  const x = {
    field: "value",
    type: "quantitative",
    scale: { zero: false },
    title: percent ? `${metric} (%)` : metric,
    axis: { tickCount: 5, ...(percent ? { labelExpr: "format(datum.value * 100, '~g')" } : {}) },
  };
  return figure(
    {
      width,
      height,
      data: { values },
      encoding: { y },
      layer: [
        ...(reference === undefined
          ? []
          : [
              {
                mark: { type: "rule", color: muted, strokeDash: [4, 3], strokeWidth: 1.5 },
                encoding: { x: { datum: reference, type: "quantitative" }, y: null },
              },
            ]),
        {
          mark: { type: "rule", color: text, strokeWidth: 1.5 },
          encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
        },
        {
          mark: { type: "point", filled: true, opacity: 1, size: 70, stroke: series[0], strokeWidth: 2 },
          encoding: { x, color: { condition: { test: "datum.marked", value: series[0] }, value: background } },
        },
        {
          mark: { type: "text", align: "left", color: text, fontSize: 11 },
          encoding: { x: { value: width + 12 }, text: { field: "text", type: "nominal" } },
        },
      ],
    },
    options,
  );
}
