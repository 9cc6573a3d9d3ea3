import { requireMatrix, requireSameLength } from "../check.js";
import { type FigureOptions, figure, type Spec, seriesScales } from "../style.js";
import { projectToPlane } from "./pca.js";

/** Options of {@link embeddingScatter}. */
export interface EmbeddingScatterOptions extends FigureOptions {
  /** Class of each item: colour and shape, up to 14 classes; more are drawn alike. */
  labels?: readonly (string | number)[];
  /** Most items drawn, evenly chosen, default 5000. */
  most?: number;
  /** Titles of the axes of two-column data; default "Component 1", "Component 2". */
  axisTitles?: readonly [string, string];
}

/**
 * Embeddings as points in a plane: two columns as they are, more by their two principal components, with the share of
 * variance each shows.
 *
 * @param x items × features, at least one of each
 * @throws RangeError if the matrix is empty or labels do not fit
 */
export function embeddingScatter(
  x: { data: ArrayLike<number>; rows: number; cols: number },
  options: EmbeddingScatterOptions = {},
): Spec {
  requireMatrix("embeddingScatter", "x", x);
  const { labels, most = 5000, axisTitles, width = 420, height = 420, theme } = options;
  if (labels) requireSameLength("embeddingScatter", "labels", labels.length, "x", x.rows);
  const { points, explained } =
    x.cols === 2 ? { points: Float64Array.from(x.data), explained: undefined } : projectToPlane(x);
  const names = labels ? [...new Set(labels.map(String))].sort() : [];
  const told = names.length > 0 && names.length <= SHAPES.length * 2;
  const scales = seriesScales(names, theme);
  const every = Math.ceil(x.rows / most);
  const values: { x: number; y: number; label: string }[] = [];
  for (let i = 0; i < x.rows; i += every) {
    values.push({ x: points[2 * i], y: points[2 * i + 1], label: labels ? String(labels[i]) : "all" });
  }
  const title = (k: 0 | 1) =>
    axisTitles?.[k] ?? `Component ${k + 1}${explained ? ` (${(100 * explained[k]).toFixed(0)} % of variance)` : ""}`;
  const scale = { zero: false };
  const shapes = names.map((_, i) => SHAPES[(i + Math.floor(i / scales.color.range.length)) % SHAPES.length]);
  return figure(
    {
      width,
      height,
      data: { values },
      mark: { type: "point", filled: true, size: values.length > 500 ? 14 : 30, opacity: 0.75 },
      encoding: {
        x: { field: "x", type: "quantitative", title: title(0), scale, axis: { tickCount: 6 } },
        y: { field: "y", type: "quantitative", title: title(1), scale, axis: { tickCount: 6 } },
        ...(told
          ? {
              color: { field: "label", type: "nominal", title: null, sort: names, scale: scales.color },
              shape: {
                field: "label",
                type: "nominal",
                title: null,
                sort: names,
                scale: { domain: names, range: shapes },
              },
            }
          : { color: { value: seriesScales(["all"], theme).color.range[0] } }),
      },
    },
    options,
  );
}

const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"];
