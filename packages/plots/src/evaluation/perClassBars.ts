import { requireItems } from "../check.js";
import { type FigureOptions, figure, namesDown, paletteOf, type Spec } from "../style.js";

/** A figure of one class, with its interval. */
export interface ClassFigure {
  label: string | number;
  value: number;
  /** Ends of its interval, where known. */
  low?: number;
  high?: number;
  /** Items of the class; shown beside the label. */
  support?: number;
}

/** Options of {@link perClassBars}. */
export interface PerClassBarsOptions extends FigureOptions {
  /** What is measured, as the axis says it; default "Recall". */
  metric?: string;
  /** Values are shares of 1, printed in % (default true). */
  percent?: boolean;
  /** Draw the classes by value, lowest first (default false: as given). */
  sort?: boolean;
  /** A line across, the mean of the classes or a figure to compare with. */
  reference?: { value: number; label: string };
}

/**
 * One horizontal bar a class with its interval, its figure printed beside it.
 *
 * @param classes in the order to draw; bars shrink so that hundreds fit
 * @throws RangeError if there is no class
 */
export function perClassBars(classes: readonly ClassFigure[], options: PerClassBarsOptions = {}): Spec {
  requireItems("perClassBars", "classes", classes.length);
  const { metric = "Recall", percent = true, sort = false, reference, width = 420, theme } = options;
  const ordered = sort ? [...classes].sort((a, b) => a.value - b.value) : classes;
  const step = Math.max(13, Math.min(28, 900 / ordered.length));
  const { height = Math.round(step * ordered.length) } = options;
  const { series, text, muted } = paletteOf(theme);
  const print = (value: number) => (percent ? `${(100 * value).toFixed(1)}` : Number(value.toPrecision(3)).toString());
  const names = ordered.map(({ label, support }) => (support === undefined ? `${label}` : `${label} (${support})`));
  const values = ordered.map(({ value, low, high }, i) => ({
    label: names[i],
    value,
    low: low ?? value,
    high: high ?? value,
    text: print(value),
  }));
  const intervals = ordered.some(({ low, high }) => low !== undefined || high !== undefined);
  const top = Math.max(...values.map((v) => v.high), reference?.value ?? 0);
  const bottom = Math.min(0, ...values.map((v) => v.low));
  const y = namesDown("label", names);
  const x = {
    field: "value",
    type: "quantitative",
    scale: { domain: percent ? [Math.min(0, bottom), 1] : [bottom, top || 1], nice: !percent },
    title: percent
      ? `${metric} (%)${intervals ? ", bars with interval" : ""}`
      : `${metric}${intervals ? ", bars with interval" : ""}`,
    axis: percent ? { format: "~%", labelExpr: "round(datum.value * 100)", tickCount: 5 } : { tickCount: 5 },
  };
  return figure(
    {
      width,
      height,
      data: { values },
      encoding: { y },
      layer: [
        ...(reference ? referenceLine(reference, muted, text) : []),
        { mark: { type: "bar", color: series[0], opacity: 0.65, height: { band: 0.7 } }, encoding: { x } },
        ...(intervals
          ? [
              {
                mark: { type: "rule", color: text, strokeWidth: 1.5 },
                encoding: { x: { ...x, field: "low" }, x2: { field: "high" } },
              },
            ]
          : []),
        {
          // The figures stand in a column of their own, where no bar, interval or line crosses them.
          mark: { type: "text", align: "right", color: text, fontSize: 11 },
          encoding: { x: { value: width + 42 }, text: { field: "text", type: "nominal" } },
        },
      ],
    },
    options,
  );
}

function referenceLine({ value, label }: { value: number; label: string }, color: string, text: string) {
  const x = { datum: value, type: "quantitative" };
  return [
    { mark: { type: "rule", color, strokeDash: [4, 3], strokeWidth: 1.5 }, encoding: { x, y: null } },
    {
      data: { values: [{}] },
      mark: { type: "text", color: text, baseline: "bottom", dy: -4, fontSize: 11 },
      encoding: { x, y: { value: 0, type: "quantitative" }, text: { value: label } },
    },
  ];
}
