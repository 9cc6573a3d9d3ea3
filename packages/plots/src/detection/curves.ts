import { requireItems, requireSameLength } from "../check.js";
import { type FigureOptions, figure, paletteOf, type Spec, seriesScales } from "../style.js";
import { thin } from "../thin.js";

/** ROC curve of one system, as `rocCurve` of @earshot/metrics gives it. */
export interface RocSeries {
  name: string;
  fpr: ArrayLike<number>;
  tpr: ArrayLike<number>;
  /** Printed beside the name where given. */
  auc?: number;
}

/**
 * ROC curves: share of targets accepted over false-alarm rate, chance as a dashed diagonal.
 *
 * @param curves one or more systems; long curves are drawn by their corners
 * @throws RangeError if there is no curve, or lengths differ
 */
export function rocPlot(curves: readonly RocSeries[], options: FigureOptions = {}): Spec {
  const lines = curves.map(({ name, fpr, tpr, auc }) => ({
    name: auc === undefined ? name : `${name} (AUC ${auc.toFixed(3)})`,
    x: fpr,
    y: tpr,
  }));
  return unitSquare("rocPlot", lines, "False-alarm rate (%)", "Targets accepted (%)", "rising", options);
}

/** Precision–recall curve of one system, as `precisionRecallCurve` of @earshot/metrics gives it. */
export interface PrecisionRecallSeries {
  name: string;
  recall: ArrayLike<number>;
  precision: ArrayLike<number>;
  /** Printed beside the name where given. */
  averagePrecision?: number;
}

/** Options of {@link precisionRecallPlot}. */
export interface PrecisionRecallPlotOptions extends FigureOptions {
  /** Share of targets among all items: what guessing reaches, drawn dashed. */
  prevalence?: number;
}

/**
 * Precision over recall.
 *
 * @param curves one or more systems; long curves are drawn by their corners
 * @throws RangeError if there is no curve, or lengths differ
 */
export function precisionRecallPlot(
  curves: readonly PrecisionRecallSeries[],
  options: PrecisionRecallPlotOptions = {},
): Spec {
  const lines = curves.map(({ name, recall, precision, averagePrecision }) => ({
    name: averagePrecision === undefined ? name : `${name} (AP ${averagePrecision.toFixed(3)})`,
    x: recall,
    y: precision,
  }));
  return unitSquare("precisionRecallPlot", lines, "Recall (%)", "Precision (%)", options.prevalence, options);
}

interface Line {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** Lines in the unit square, in per cent, with what chance reaches: the diagonal or a level. */
function unitSquare(
  fn: string,
  lines: readonly Line[],
  xTitle: string,
  yTitle: string,
  chance: "rising" | number | undefined,
  options: FigureOptions,
): Spec {
  requireItems(fn, "curves", lines.length);
  for (const { name, x, y } of lines) requireSameLength(fn, `x of ${name}`, x.length, "y", y.length);
  const { width = 340, height = 340, theme } = options;
  const { muted } = paletteOf(theme);
  const names = lines.map((line) => line.name);
  const scales = seriesScales(names, theme);
  const values = lines.flatMap(({ name, x, y }) =>
    thin(x, y, 0.0005).map((i, order) => ({ name, x: x[i], y: y[i], order })),
  );
  const axis = { labelExpr: "round(datum.value * 100)", tickCount: 5 };
  const scale = { domain: [0, 1], nice: false };
  const level = chance === "rising" ? [0, 1] : [chance, chance];
  return figure(
    {
      width,
      height,
      encoding: {
        x: { field: "x", type: "quantitative", scale, title: xTitle, axis },
        y: { field: "y", type: "quantitative", scale, title: yTitle, axis },
      },
      layer: [
        ...(chance === undefined
          ? []
          : [
              {
                data: { values: [0, 1].map((x) => ({ x, y: level[x] })) },
                mark: { type: "line", color: muted, strokeDash: [4, 4], strokeWidth: 1 },
              },
            ]),
        {
          data: { values },
          mark: { type: "line", clip: true },
          encoding: seriesEncoding(names, scales),
        },
      ],
    },
    options,
  );
}

/** Colour and dash by name, in the order of the points; a legend where there is something to tell apart. */
export function seriesEncoding(names: readonly string[], scales: ReturnType<typeof seriesScales>) {
  const legend =
    names.length > 1 || /\(/.test(names[0]) ? { orient: "bottom", direction: "vertical", symbolType: "stroke" } : null;
  return {
    order: { field: "order", type: "quantitative" },
    color: { field: "name", type: "nominal", title: null, sort: names, scale: scales.color, legend },
    strokeDash: { field: "name", type: "nominal", title: null, sort: names, scale: scales.dash, legend },
  };
}
