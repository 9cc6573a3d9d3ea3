import { requireItems } from "../check.js";
import { viridis } from "../raster/colors.js";
import { type FigureOptions, figure, paletteOf, type Spec } from "../style.js";

/** One run of a sweep: the settings it had and the figure it reached. */
export interface SweepRun {
  settings: Record<string, number | string | boolean>;
  figure: number;
}

/** Options of {@link parallelCoordinates}. */
export interface ParallelCoordinatesOptions extends FigureOptions {
  /** What `figure` is, with its unit; default "Figure". */
  metric?: string;
}

interface Axis {
  name: string;
  /** Where a value lies, 0 (bottom) to 1 (top). */
  at: (value: number | string | boolean) => number;
  ticks: { at: number; label: string }[];
}

/**
 * A sweep as lines: one axis a setting, the last one the figure reached, which colours the line.
 *
 * Positive numbers that span more than a factor of 50 are drawn on a logarithmic axis; text and switches at even steps.
 *
 * @param runs at least one; runs that lack a setting are drawn without that point
 * @throws RangeError if there is no run
 */
export function parallelCoordinates(runs: readonly SweepRun[], options: ParallelCoordinatesOptions = {}): Spec {
  requireItems("parallelCoordinates", "runs", runs.length);
  const { metric = "Figure", theme } = options;
  const names = [...new Set(runs.flatMap((run) => Object.keys(run.settings)))];
  const axes = [
    ...names.map((name) =>
      axisOf(
        name,
        runs.flatMap((run) => (name in run.settings ? [run.settings[name]] : [])),
      ),
    ),
    axisOf(
      metric,
      runs.map((run) => run.figure),
    ),
  ];
  const { width = Math.max(300, 130 * (axes.length - 1)), height = 280 } = options;
  const { text, muted, background } = paletteOf(theme);
  const figures = runs.map((run) => run.figure);
  const [low, high] = [Math.min(...figures), Math.max(...figures)];
  // Best last, so that it lies on top.
  const ordered = [...runs].sort((a, b) => a.figure - b.figure);
  const values = ordered.flatMap((run, r) =>
    axes.flatMap((axis, i) => {
      const value = i === axes.length - 1 ? run.figure : run.settings[axis.name];
      return value === undefined ? [] : [{ run: r, x: i, y: axis.at(value), figure: run.figure }];
    }),
  );
  const ticks = axes.flatMap((axis, i) => axis.ticks.map(({ at, label }) => ({ x: i, y: at, label })));
  const x = { field: "x", type: "quantitative", scale: { domain: [0, axes.length - 1], nice: false }, axis: null };
  const y = { field: "y", type: "quantitative", scale: { domain: [0, 1], nice: false }, axis: null };
  const last = axes.length - 1;
  const label = { type: "text", color: text, fontSize: 11 };
  return figure(
    {
      width,
      height,
      encoding: { x, y },
      layer: [
        {
          data: { values: axes.map((_, i) => ({ x: i, y: 0, top: 1 })) },
          mark: { type: "rule", color: muted },
          encoding: { y2: { field: "top" } },
        },
        {
          data: { values },
          mark: { type: "line", strokeWidth: 1.5, opacity: 0.85 },
          encoding: {
            detail: { field: "run", type: "nominal" },
            order: { field: "x", type: "quantitative" },
            color: {
              field: "figure",
              type: "quantitative",
              legend: null,
              scale: {
                domain: low < high ? [low, high] : [low - 1, high],
                range: theme === "dark" ? viridis.slice(4) : viridis.slice(0, -3),
              },
            },
          },
        },
        ...haloed(
          ticks.filter((tick) => tick.x < last),
          { ...label, align: "right", dx: -6 },
          background,
        ),
        ...haloed(
          ticks.filter((tick) => tick.x === last),
          { ...label, align: "left", dx: 6 },
          background,
        ),
        {
          data: { values: axes.map(({ name }, i) => ({ x: i, y: 1, name })) },
          mark: { ...label, baseline: "bottom", dy: -10, fontSize: 12 },
          encoding: { text: { field: "name", type: "nominal" } },
        },
      ],
    },
    options,
  );
}

/** Text upon its own outline in the background's colour, so that lines behind it leave it readable. */
function haloed(values: object[], mark: object, background: string) {
  const encoding = { text: { field: "label", type: "nominal" } };
  return [
    {
      data: { values },
      mark: { ...mark, stroke: background, strokeWidth: 4, strokeJoin: "round", aria: false },
      encoding,
    },
    { data: { values }, mark, encoding },
  ];
}

function axisOf(name: string, values: (number | string | boolean)[]): Axis {
  const numbers = values.filter((value) => typeof value === "number");
  const distinct = [...new Set(values)];
  if (numbers.length < values.length) {
    const names = distinct.map(String);
    const at = (value: number | string | boolean) =>
      names.length === 1 ? 0.5 : names.indexOf(String(value)) / (names.length - 1);
    return { name, at, ticks: names.map((label) => ({ at: at(label), label })) };
  }
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const log = low > 0 && high / low > 50;
  const map = (value: number) => (log ? Math.log(value) : value);
  const at = (value: number | string | boolean) =>
    low === high ? 0.5 : (map(Number(value)) - map(low)) / (map(high) - map(low));
  const marks = distinct.length <= 6 ? (distinct as number[]) : steps(low, high, log);
  return {
    name,
    at,
    ticks: spaced(marks.map((value) => ({ at: at(value), label: String(Number(value.toPrecision(4))) }))),
  };
}

const steps = (low: number, high: number, log: boolean): number[] =>
  Array.from({ length: 5 }, (_, i) => (log ? low * (high / low) ** (i / 4) : low + ((high - low) * i) / 4));

/** Ticks that do not touch, from the bottom up. */
function spaced(ticks: { at: number; label: string }[]): { at: number; label: string }[] {
  const sorted = [...ticks].sort((a, b) => a.at - b.at);
  return sorted.filter((tick, i) => i === 0 || tick.at - sorted[i - 1].at > 0.06);
}
