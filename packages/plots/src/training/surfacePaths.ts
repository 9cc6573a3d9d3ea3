import { requireItems, requireMatrix, requireSameLength } from "../check.js";
import { heatImage } from "../raster/heatImage.js";
import { type FigureOptions, figure, paletteOf, type Spec, seriesScales } from "../style.js";

/** A function of two variables on a grid: row r is y from the bottom, column c is x from the left. */
export interface Surface {
  data: ArrayLike<number>;
  rows: number;
  cols: number;
  /** Ends of the axes: x of the first and last column, y of the first and last row. */
  xDomain: readonly [number, number];
  yDomain: readonly [number, number];
}

/** Where an optimiser went, step by step. */
export interface DescentPath {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** Options of {@link surfacePaths}. */
export interface SurfacePathsOptions extends FigureOptions {
  /** Titles of the axes, default "x" and "y". */
  xTitle?: string;
  yTitle?: string;
  /** What the surface is, default "Loss above its least (log scale)". */
  valueTitle?: string;
  /** A point to mark: the minimum. */
  target?: { x: number; y: number };
}

/**
 * A loss surface as a picture, on a logarithmic scale above its least value, and the ways that optimisers took on it.
 *
 * @param surface at least 2 × 2 values
 * @param paths one or more; steps outside the picture are cut off
 * @throws RangeError if the surface is empty or does not fit, or a path's lengths differ
 */
export function surfacePaths(surface: Surface, paths: readonly DescentPath[], options: SurfacePathsOptions = {}): Spec {
  requireMatrix("surfacePaths", "surface", surface);
  requireItems("surfacePaths", "paths", paths.length);
  for (const { name, x, y } of paths) requireSameLength("surfacePaths", `x of ${name}`, x.length, "y", y.length);
  const { width = 440, height = 340, theme, xTitle = "x", yTitle = "y", target } = options;
  const { valueTitle = "Loss above its least (log scale)" } = options;
  const { background, text, surface: quiet } = paletteOf(theme);
  const heights = logHeights(surface.data);
  const image = heatImage(
    { data: heights.values, rows: surface.rows, cols: surface.cols },
    { domain: heights.domain, range: quiet, rowsUp: true, minWidth: width, minHeight: height },
  );
  const names = paths.map((path) => path.name);
  const scales = seriesScales(names, theme);
  const values = paths.flatMap(({ name, x, y }) =>
    Array.from(x, (value, step) => ({ name, step, x: value, y: y[step] })).filter(
      (point) => Number.isFinite(point.x) && Number.isFinite(point.y),
    ),
  );
  const axis = (field: "x" | "y", title: string, domain: readonly [number, number]) => ({
    field,
    type: "quantitative",
    title,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: { grid: false, tickCount: 6 },
  });
  const encoding = { x: axis("x", xTitle, surface.xDomain), y: axis("y", yTitle, surface.yDomain) };
  const legend = { symbolType: "stroke" };
  const color = { field: "name", type: "nominal", title: null, sort: names, scale: scales.color, legend };
  return figure(
    {
      width,
      height,
      layer: [
        {
          data: { values: [{}] },
          mark: { type: "image", url: image, width, height, aspect: false },
          encoding: { x: { value: width / 2 }, y: { value: height / 2 } },
        },
        {
          data: { values },
          mark: { type: "line", clip: true, point: false, strokeWidth: 2 },
          encoding: {
            ...encoding,
            color,
            strokeDash: { ...color, scale: scales.dash },
            order: { field: "step", type: "quantitative" },
          },
        },
        ...(target
          ? [
              {
                data: { values: [target] },
                mark: {
                  type: "point",
                  shape: "cross",
                  filled: true,
                  size: 110,
                  opacity: 1,
                  color: text,
                  stroke: background,
                },
                encoding,
              },
            ]
          : []),
      ],
      // The surface's colours are explained in words: numbers on them would be logarithms.
      title: { text: options.title ?? "", subtitle: [options.subtitle, `Shade: ${valueTitle}`].filter(Boolean) },
    },
    { theme },
  );
}

/** Logarithms of the heights above the lowest, five decades at most. */
function logHeights(data: ArrayLike<number>): { values: Float64Array; domain: [number, number] } {
  const finite = Float64Array.from(data).filter(Number.isFinite);
  const low = finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const span = high - low || 1;
  const top = Math.log10(span);
  const values = Float64Array.from(data, (v) =>
    Number.isFinite(v) ? Math.log10(Math.max(v - low, span * 1e-5)) : top,
  );
  return { values, domain: [top - 5, top] };
}
