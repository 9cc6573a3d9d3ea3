import { requireItems, requireSameLength } from "../check.js";
import { type FigureOptions, figure, type Spec, seriesScales } from "../style.js";
import { thin } from "../thin.js";

/** A line: y over x; points that are not finite part it. */
export interface LineSeries {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** Options of {@link linePlot}. */
export interface LinePlotOptions extends FigureOptions {
  /** Titles of the axes, with their units; required. */
  xTitle: string;
  yTitle: string;
  /** Logarithmic axes; values that are not above 0 are left out there. Default neither. */
  log?: "x" | "y" | "both";
  /** Ends of the x axis; default those of the points. */
  xDomain?: readonly [number, number];
}

/**
 * Any quantities over any other: pitch over time, lag over offset, loss over steps.
 *
 * @param lines at least one; long ones are drawn by their corners
 * @throws RangeError if there is no line, or lengths differ
 */
export function linePlot(lines: readonly LineSeries[], options: LinePlotOptions): Spec {
  requireItems("linePlot", "lines", lines.length);
  for (const { name, x, y } of lines) requireSameLength("linePlot", `x of ${name}`, x.length, "y", y.length);
  const { xTitle, yTitle, log, xDomain, width = 460, height = 240, theme } = options;
  const logX = log === "x" || log === "both";
  const logY = log === "y" || log === "both";
  const drawn = (value: number, onLog: boolean) => Number.isFinite(value) && (!onLog || value > 0);
  const names = lines.map((line) => line.name);
  const scales = seriesScales(names, theme);
  const stretches = lines.flatMap((line) =>
    stretchesOf(line, (i) => drawn(line.x[i], logX) && drawn(line.y[i], logY)).map((part) => ({ ...part, line })),
  );
  const map = {
    x: axisMap(
      stretches.flatMap((s) => s.x),
      logX,
    ),
    y: axisMap(
      stretches.flatMap((s) => s.y),
      logY,
    ),
  };
  const values = stretches.flatMap(({ line, x, y }, part) =>
    thin(x.map(map.x), y.map(map.y), 0.0005).map((i) => ({ name: line.name, part, x: x[i], y: y[i] })),
  );
  const legend = names.length > 1 ? { symbolType: "stroke" } : null;
  const axis = (field: "x" | "y", title: string, onLog: boolean) => ({
    field,
    type: "quantitative",
    title,
    // Without any point there is nothing to fit an axis to.
    scale: {
      ...(onLog ? { type: "log" } : { zero: false }),
      ...(values.length === 0 ? { domain: [1, 10] } : {}),
      ...(field === "x" && xDomain ? { domain: [...xDomain], nice: false } : {}),
    },
    axis: {
      tickCount: 6,
      ...(field === "x" ? { grid: false } : {}),
      ...(onLog ? { format: "~g", ...decades(values.map((value) => value[field])) } : {}),
    },
  });
  return figure(
    {
      width,
      height,
      data: { values },
      mark: { type: "line", strokeWidth: 1.5 },
      encoding: {
        x: axis("x", xTitle, logX),
        y: axis("y", yTitle, logY),
        detail: { field: "part", type: "nominal" },
        order: { field: "x", type: "quantitative" },
        color: { field: "name", type: "nominal", title: null, sort: names, scale: scales.color, legend },
        strokeDash: { field: "name", type: "nominal", title: null, sort: names, scale: scales.dash, legend },
      },
    },
    options,
  );
}

/** Ticks at powers of ten where there are at least two: all their multiples would fill the picture with lines. */
function decades(values: readonly number[]): { values?: number[] } {
  const low = Math.floor(Math.log10(values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)));
  const high = Math.ceil(Math.log10(values.reduce((a, b) => Math.max(a, b), 0)));
  const every = Math.max(1, Math.ceil((high - low) / 8));
  if (!(high - low >= 2)) return {};
  return { values: Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, i) => 10 ** (low + i * every)) };
}

/** The stretches of a line whose points can all be drawn. */
function stretchesOf({ x, y }: LineSeries, ok: (i: number) => boolean): { x: number[]; y: number[] }[] {
  const parts: { x: number[]; y: number[] }[] = [];
  let open = false;
  for (let i = 0; i < x.length; i++) {
    if (!ok(i)) {
      open = false;
      continue;
    }
    if (!open) parts.push({ x: [], y: [] });
    open = true;
    const part = parts[parts.length - 1];
    part.x.push(x[i]);
    part.y.push(y[i]);
  }
  return parts;
}

/** Values as shares of their axis, in which points can be told apart as the eye would. */
function axisMap(values: readonly number[], onLog: boolean): (value: number) => number {
  const map = (value: number) => (onLog ? Math.log(value) : value);
  const low = values.reduce((a, b) => Math.min(a, map(b)), Number.POSITIVE_INFINITY);
  const high = values.reduce((a, b) => Math.max(a, map(b)), Number.NEGATIVE_INFINITY);
  return (value) => (map(value) - low) / (high - low || 1);
}
