import { requireItems, requireSameLength } from "../check.js";
import { type FigureOptions, figure, paletteOf, type Spec, seriesScales } from "../style.js";

/** Reliability of one model, as `calibrationCurve` of @earshot/metrics gives it. */
export interface CalibrationSeries {
  name: string;
  /** Mean probability predicted in each bin. */
  probPred: ArrayLike<number>;
  /** Share of targets there. */
  probTrue: ArrayLike<number>;
  /** Items there; drawn below as bars where given. */
  counts?: ArrayLike<number>;
}

/**
 * Reliability diagram: how often the target occurs over the probability predicted, and below how many items there were.
 *
 * @param models one or more; those with counts get bars
 * @throws RangeError if there is no model, or lengths differ
 */
export function calibrationPlot(models: readonly CalibrationSeries[], options: FigureOptions = {}): Spec {
  requireItems("calibrationPlot", "models", models.length);
  for (const { name, probPred, probTrue } of models) {
    requireSameLength("calibrationPlot", `probPred of ${name}`, probPred.length, "probTrue", probTrue.length);
  }
  const { width = 340, height = 300, theme } = options;
  const { muted } = paletteOf(theme);
  const names = models.map((model) => model.name);
  const scales = seriesScales(names, theme);
  const values = models.flatMap(({ name, probPred, probTrue, counts }) =>
    Array.from(probPred, (x, i) => ({ name, x, y: probTrue[i], count: counts?.[i] ?? null })),
  );
  const axis = { labelExpr: "round(datum.value * 100)", tickCount: 5 };
  const scale = { domain: [0, 1], nice: false };
  const legend = names.length > 1 ? { orient: "bottom", symbolType: "stroke" } : null;
  const color = { field: "name", type: "nominal", title: null, sort: names, scale: scales.color, legend };
  const counted = models.some((model) => model.counts);
  const x = { field: "x", type: "quantitative", scale, axis, title: "Predicted probability (%)" };
  const curve = {
    width,
    height,
    layer: [
      {
        data: { values: [0, 1].map((end) => ({ x: end, y: end })) },
        mark: { type: "line", color: muted, strokeDash: [4, 4], strokeWidth: 1 },
        encoding: { x, y: { field: "y", type: "quantitative", scale } },
      },
      {
        data: { values },
        mark: { type: "line", point: { size: 36, filled: true } },
        encoding: {
          x: counted ? { ...x, title: null } : x,
          y: { field: "y", type: "quantitative", scale, axis, title: "Targets found (%)" },
          color,
          strokeDash: { field: "name", type: "nominal", title: null, sort: names, scale: scales.dash, legend },
        },
      },
    ],
  };
  if (!counted) return figure(curve, options);
  const bars = {
    width,
    height: 60,
    data: { values: values.filter(({ count }) => count !== null) },
    mark: { type: "bar", width: Math.max(4, width / 30), opacity: 0.7 },
    encoding: {
      x,
      y: { field: "count", type: "quantitative", title: "Items", stack: null, axis: { tickCount: 3, tickMinStep: 1 } },
      color: { ...color, legend: null },
    },
  };
  return figure({ vconcat: [curve, bars], spacing: 12 }, options);
}
