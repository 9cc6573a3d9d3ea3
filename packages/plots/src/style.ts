/** The house style: colours that colour-blind readers tell apart and that keep their order in grey, one font, thin lines. */

export type Theme = "light" | "dark";

/** What every figure takes. */
export interface FigureOptions {
  /** Above the figure; default none (the figures say in their axes what they show). */
  title?: string;
  /** Below the title, smaller: what it was measured on. */
  subtitle?: string;
  /** Of the plotting area, pixels; each figure has its own default. */
  width?: number;
  /** Of the plotting area, pixels; each figure has its own default. */
  height?: number;
  /** Default "light". */
  theme?: Theme;
}

/** A Vega-Lite specification: plain JSON, to restyle, store or hand to vega-embed. */
export interface Spec {
  $schema: string;
  [key: string]: unknown;
}

export interface Palette {
  background: string;
  text: string;
  muted: string;
  grid: string;
  /** For series, in this order: Okabe and Ito's colours, so ordered that neighbours differ in grey as well. */
  series: readonly string[];
  /** For amounts, from none to most. */
  ramp: readonly string[];
  /** For what lies behind lines: greys, from low to high. */
  surface: readonly string[];
  /** For signed amounts, from −1 through 0 to 1. */
  diverging: readonly string[];
}

export const palettes: Record<Theme, Palette> = {
  light: {
    background: "#ffffff",
    text: "#1b1f24",
    muted: "#5b6470",
    grid: "#e4e7eb",
    series: ["#0072b2", "#e69f00", "#00694c", "#56b4e9", "#b84a00", "#cc79a7", "#1b1f24"],
    ramp: ["#f5f8fb", "#cfe1f0", "#94c0dd", "#4d94c4", "#1d6aa5", "#0b4680", "#062a54"],
    surface: ["#ffffff", "#e3e6ea", "#b9c0c8", "#8d96a1"],
    diverging: ["#a63c06", "#d9772f", "#f2b98a", "#f6f6f4", "#a9cbe3", "#4a90c0", "#0b4d86"],
  },
  dark: {
    background: "#14171b",
    text: "#e8ebef",
    muted: "#a0a9b5",
    grid: "#2c323a",
    series: ["#56b4e9", "#f0c75e", "#1aa37a", "#b9dcf5", "#e0702c", "#e3a5c7", "#f2f4f7"],
    ramp: ["#1b2128", "#173a5c", "#1b5a8c", "#2f80b8", "#5ea9d6", "#a3d0ec", "#e6f4fd"],
    surface: ["#14171b", "#23292f", "#3a424c", "#57616d"],
    diverging: ["#f0a36b", "#c26a2e", "#6f452b", "#22272d", "#2a4f6d", "#3f8cbf", "#9bd0f2"],
  },
};

/** Line patterns beside the colours, for print in grey. */
const dashes: readonly number[][] = [
  [1, 0],
  [6, 3],
  [2, 2],
  [8, 2, 2, 2],
  [10, 4],
  [4, 2],
  [1, 3],
];

const fontFamily = "Inter, 'Helvetica Neue', Helvetica, Arial, 'DejaVu Sans', sans-serif";

/** Wraps the parts of a figure into a whole specification with the house style. */
export function figure(parts: Record<string, unknown>, { title, subtitle, theme = "light" }: FigureOptions): Spec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...(title || subtitle ? { title: { text: title ?? "", ...(subtitle ? { subtitle } : {}) } } : {}),
    ...parts,
    config: houseConfig(theme),
  };
}

/** The style as a Vega-Lite config, for specifications of your own. */
export function houseConfig(theme: Theme = "light"): Record<string, unknown> {
  const { background, text, muted, grid, series } = paletteOf(theme);
  return {
    background,
    padding: 12,
    font: fontFamily,
    view: { stroke: null },
    axis: {
      labelColor: text,
      labelFontSize: 11,
      titleColor: text,
      titleFontSize: 12,
      titleFontWeight: 400,
      titlePadding: 8,
      gridColor: grid,
      domainColor: muted,
      tickColor: muted,
      tickSize: 4,
      labelLimit: 200,
    },
    legend: {
      labelColor: text,
      labelFontSize: 11,
      titleColor: text,
      titleFontSize: 12,
      titleFontWeight: 400,
      symbolStrokeWidth: 2,
      symbolSize: 180,
      labelLimit: 320,
      titleLimit: 320,
    },
    title: {
      anchor: "start",
      color: text,
      fontSize: 14,
      fontWeight: 600,
      subtitleColor: muted,
      subtitleFontSize: 11,
      offset: 12,
      frame: "group",
      limit: 900,
    },
    range: { category: series },
    text: { color: text, fontSize: 11 },
    line: { strokeWidth: 2 },
  };
}

export function paletteOf(theme: Theme = "light"): Palette {
  const palette = palettes[theme];
  if (!palette) throw new RangeError(`figure: theme must be light or dark, got ${String(theme)}.`);
  return palette;
}

/** Colours and dashes of named series, in order, as a scale pair for `color` and `strokeDash`. */
export function seriesScales(names: readonly string[], theme?: Theme) {
  const { series } = paletteOf(theme);
  const pick = <T>(list: readonly T[]) => names.map((_, i) => list[i % list.length]);
  return {
    color: { domain: [...names], range: pick(series) },
    dash: { domain: [...names], range: pick(dashes) },
  };
}

/** Names down the side of a figure, one a row, in their order and none left out. */
export const namesDown = (field: string, names: readonly string[]) => ({
  field,
  type: "nominal",
  sort: names,
  title: null,
  axis: { grid: false, ticks: false, domain: false, labelPadding: 6, labelOverlap: false },
});
