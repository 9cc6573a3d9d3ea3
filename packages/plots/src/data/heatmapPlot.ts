import { requireMatrix, requireSameLength } from "../check.js";
import { heatImage } from "../raster/heatImage.js";
import { type FigureOptions, figure, paletteOf, type Spec } from "../style.js";
import { textWidth } from "../text.js";

/** Values by row and column, row-major, with the names of both. */
export interface NamedMatrix {
  data: ArrayLike<number>;
  rows: number;
  cols: number;
  rowNames: readonly string[];
  colNames: readonly string[];
}

/** Options of {@link heatmapPlot}. */
export interface HeatmapPlotOptions extends FigureOptions {
  /** Values of the first and last colour; default the least and the greatest. */
  domain?: readonly [number, number];
  /** Two-sided colours, for values around 0; default: if some are negative and some are not. */
  diverging?: boolean;
  /** Title of the colours, with the unit. */
  valueTitle?: string;
  /** Print the numbers, default: up to 15 columns. */
  numbers?: boolean;
}

/** Above this many cells the values become pixels of one image. */
const MOST_CELLS = 2500;

/**
 * Any matrix as coloured cells with names on both axes.
 *
 * @param matrix rows × columns; NaN is left blank
 * @throws RangeError if the matrix is empty or names do not fit its sides
 */
export function heatmapPlot(matrix: NamedMatrix, options: HeatmapPlotOptions = {}): Spec {
  requireMatrix("heatmapPlot", "matrix", matrix);
  requireSameLength("heatmapPlot", "rowNames", matrix.rowNames.length, "the rows", matrix.rows);
  requireSameLength("heatmapPlot", "colNames", matrix.colNames.length, "the columns", matrix.cols);
  const { rows, cols, rowNames, colNames } = matrix;
  const { numbers = cols <= 15, theme, valueTitle = "Value" } = options;
  const cell = Math.max(numbers ? 36 : 4, Math.min(40, 480 / Math.max(rows, cols)));
  const { width = Math.round(cell * cols), height = Math.round(Math.min(cell, 28) * rows) } = options;
  const finite = Array.from(matrix.data).filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), finite[0] ?? 0);
  const high = finite.reduce((a, b) => Math.max(a, b), low);
  const { diverging = low < 0 && high > 0 } = options;
  const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const domain = options.domain ?? (diverging ? [-reach, reach] : low < high ? [low, high] : [low - 0.5, low + 0.5]);
  const { background, ramp, diverging: twoSided, text } = paletteOf(theme);
  const range = diverging ? twoSided : ramp;
  const fits = Math.max(...colNames.map((name) => textWidth(name, 11))) + 4 <= width / cols;
  // Where names have no room they are left out, evenly: labels that touch tell nothing.
  const room = (names: readonly string[], pixels: number) => {
    const every = Math.ceil((13 * names.length) / pixels);
    return every > 1 ? { values: names.filter((_, i) => i % every === 0) } : {};
  };
  const axis = { grid: false, ticks: false, domain: false, labelOverlap: false };
  const value = { type: "quantitative", scale: { domain: [...domain], range: [...range] } };
  const legend = { title: valueTitle, gradientLength: Math.max(60, Math.min(160, height)), tickCount: 5 };
  const x = {
    field: "column",
    type: "nominal",
    scale: { domain: [...colNames] },
    title: null,
    axis: { ...axis, ...room(colNames, width), orient: "top", labelAngle: fits ? 0 : -90 },
  };
  const y = {
    field: "row",
    type: "nominal",
    scale: { domain: [...rowNames] },
    title: null,
    axis: { ...axis, ...room(rowNames, height), labelPadding: 6 },
  };
  if (rows * cols > MOST_CELLS) {
    const shown = { domain: [domain[0], domain[1]] as const, range, rowsUp: false, minWidth: width, minHeight: height };
    return figure(
      {
        width,
        height,
        layer: [
          {
            data: { values: [{}] },
            mark: { type: "image", url: heatImage(matrix, shown), width, height, aspect: false },
            encoding: { x: { value: width / 2 }, y: { value: height / 2 } },
          },
          {
            data: { values: [{ row: rowNames[0], column: colNames[0], value: domain[0] }] },
            mark: { type: "point", opacity: 0 },
            encoding: { x, y, color: { field: "value", ...value, legend } },
          },
        ],
      },
      options,
    );
  }
  const values = Array.from(matrix.data, (v, i) => ({
    row: rowNames[Math.floor(i / cols)],
    column: colNames[i % cols],
    value: v,
    text: shortNumber(v),
    strong: strength(v, domain, diverging),
  })).filter((v) => Number.isFinite(v.value));
  return figure(
    {
      width,
      height,
      data: { values },
      encoding: { x, y },
      layer: [
        {
          mark: { type: "rect", stroke: background, strokeWidth: 1 },
          encoding: { color: { field: "value", ...value, legend } },
        },
        ...(numbers
          ? [
              {
                mark: { type: "text", fontSize: 10 },
                encoding: {
                  text: { field: "text", type: "nominal" },
                  color: { condition: { test: "datum.strong > 0.55", value: background }, value: text },
                },
              },
            ]
          : []),
      ],
    },
    options,
  );
}

/** How far the colour is from the quiet end of its scale, 0 to 1. */
const strength = (v: number, [low, high]: readonly number[], diverging: boolean): number =>
  diverging ? Math.abs((2 * (v - low)) / (high - low) - 1) : (v - low) / (high - low);

const shortNumber = (v: number): string => {
  if (Number.isInteger(v)) return String(v);
  return Math.abs(v) < 1 ? v.toFixed(2) : Number(v.toPrecision(3)).toString();
};

/**
 * Correlations of columns, from −1 (one colour) through 0 (none) to 1 (the other).
 *
 * @param names of the columns, n of them
 * @param correlations n × n, row-major; NaN (a constant column) is left blank
 * @throws RangeError if there is no column, or the matrix does not fit the names
 */
export function correlationHeatmap(
  names: readonly string[],
  correlations: ArrayLike<number>,
  options: FigureOptions = {},
): Spec {
  const n = names.length;
  const matrix = { data: correlations, rows: n, cols: n, rowNames: names, colNames: names };
  return heatmapPlot(matrix, { domain: [-1, 1], diverging: true, valueTitle: "Correlation", ...options });
}
