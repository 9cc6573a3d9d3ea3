import { requireItems } from "../check.js";
import { type FigureOptions, figure, paletteOf, type Spec, seriesScales } from "../style.js";

/** One panel: lines that share a y axis. */
export interface LearningPanel {
  /** Title of the y axis, with its unit: "Loss (nats)", "Accuracy". */
  title: string;
  /** One value an epoch for each named line; null or NaN where none was taken. */
  series: Record<string, ArrayLike<number | null>>;
}

/** Options of {@link learningCurve}. */
export interface LearningCurveOptions extends FigureOptions {
  /** The epoch whose weights were kept, marked by a line. */
  bestEpoch?: number;
  /** Number of the first epoch, default 1. */
  firstEpoch?: number;
  /** Title of the x axis, default "Epoch". */
  xTitle?: string;
}

/**
 * Loss and figures over epochs, one panel below the other.
 *
 * @param panels at least one, each with at least one line
 * @throws RangeError if there is no panel or a panel has no line
 */
export function learningCurve(panels: readonly LearningPanel[], options: LearningCurveOptions = {}): Spec {
  requireItems("learningCurve", "panels", panels.length);
  for (const panel of panels)
    requireItems("learningCurve", `series of ${panel.title}`, Object.keys(panel.series).length);
  const { bestEpoch, firstEpoch = 1, xTitle = "Epoch", width = 460, height = 170, theme } = options;
  const names = [...new Set(panels.flatMap((panel) => Object.keys(panel.series)))];
  const scales = seriesScales(names, theme);
  const last = firstEpoch - 1 + Math.max(...panels.flatMap((p) => Object.values(p.series).map((s) => s.length)));
  const { muted, text } = paletteOf(theme);
  const domain = last > firstEpoch ? [firstEpoch, last] : [firstEpoch - 0.5, firstEpoch + 0.5];
  const legend = { symbolType: "stroke" };
  const views = panels.map((panel, i) => {
    const values = panelValues(panel, firstEpoch);
    const x = {
      field: "epoch",
      type: "quantitative",
      scale: { domain, nice: false, zero: false },
      axis: { tickMinStep: 1, format: "d", title: i === panels.length - 1 ? xTitle : null, grid: false },
    };
    return {
      width,
      height,
      data: { values },
      layer: [
        ...(bestEpoch === undefined ? [] : bestRule(bestEpoch, i === 0, muted, text)),
        {
          mark: { type: "line", point: last - firstEpoch < 25 ? { size: 24 } : false },
          encoding: {
            x,
            y: {
              field: "value",
              type: "quantitative",
              title: panel.title,
              scale: { zero: false, ...aroundOne(values) },
            },
            color: { field: "series", type: "nominal", title: null, scale: scales.color, sort: names, legend },
            strokeDash: { field: "series", type: "nominal", title: null, scale: scales.dash, sort: names, legend },
          },
        },
      ],
    };
  });
  return figure(views.length === 1 ? views[0] : { vconcat: views, spacing: 16 }, options);
}

function panelValues({ series }: LearningPanel, firstEpoch: number) {
  return Object.entries(series).flatMap(([name, list]) =>
    Array.from(list, (value, i) => ({ series: name, epoch: firstEpoch + i, value })).filter(
      ({ value }) => value !== null && Number.isFinite(value),
    ),
  );
}

/** A scale around a single value, which alone would have no width. */
function aroundOne(values: { value: number | null }[]) {
  const numbers = values.map(({ value }) => value as number);
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const margin = Math.abs(low) / 2 || 1;
  return low === high ? { domain: [low - margin, low + margin] } : {};
}

function bestRule(epoch: number, labelled: boolean, color: string, text: string) {
  const x = { datum: epoch, type: "quantitative" };
  const rule = { mark: { type: "rule", color, strokeDash: [4, 3], strokeWidth: 1.5 }, encoding: { x } };
  if (!labelled) return [rule];
  const label = {
    data: { values: [{}] },
    mark: { type: "text", color: text, baseline: "bottom", dy: -4, fontSize: 11 },
    encoding: { x, y: { value: 0 }, text: { value: `kept: ${epoch}` } },
  };
  return [rule, label];
}
