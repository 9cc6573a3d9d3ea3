import { requireItems } from "../check.js";
import { type FigureOptions, figure, namesDown, paletteOf, type Spec, seriesScales } from "../style.js";

/** Items of a class, in one part of the split or in all. */
export interface ClassCount {
  label: string | number;
  count: number;
  /** Part of the split: "train", "validation", "test"; bars of one class stand on each other. */
  part?: string;
}

/**
 * How many items each class has, split into parts where they are given.
 *
 * @param counts in the order to draw
 * @throws RangeError if there is no class
 */
export function targetDistribution(counts: readonly ClassCount[], options: FigureOptions = {}): Spec {
  requireItems("targetDistribution", "counts", counts.length);
  const labels = [...new Set(counts.map(({ label }) => String(label)))];
  const parts = [...new Set(counts.map(({ part }) => part ?? "all"))];
  const step = Math.max(13, Math.min(26, 900 / labels.length));
  const { width = 420, height = Math.round(step * labels.length), theme } = options;
  const { text } = paletteOf(theme);
  const totals = labels.map((label) => ({
    label,
    total: counts.filter((c) => String(c.label) === label).reduce((sum, c) => sum + c.count, 0),
  }));
  const sum = totals.reduce((all, { total }) => all + total, 0);
  const y = namesDown("label", labels);
  const values = counts.map(({ label, count, part = "all" }) => ({
    label: String(label),
    count,
    part,
    order: parts.indexOf(part),
  }));
  return figure(
    {
      width,
      height,
      encoding: { y },
      layer: [
        {
          data: { values },
          mark: { type: "bar", height: { band: 0.7 } },
          encoding: {
            x: { field: "count", type: "quantitative", title: "Items", axis: { tickCount: 5, tickMinStep: 1 } },
            order: { field: "order", type: "quantitative" },
            color: {
              field: "part",
              type: "nominal",
              title: null,
              sort: parts,
              scale: seriesScales(parts, theme).color,
              legend: parts.length > 1 ? { orient: "bottom" } : null,
            },
          },
        },
        {
          data: {
            values: totals.map(({ label, total }) => ({
              label,
              total,
              text: `${total}${labels.length > 1 && sum > 0 ? ` (${((100 * total) / sum).toFixed(1)} %)` : ""}`,
            })),
          },
          mark: { type: "text", align: "left", dx: 6, color: text, fontSize: 11 },
          encoding: {
            x: { field: "total", type: "quantitative" },
            text: { field: "text", type: "nominal" },
          },
        },
      ],
    },
    options,
  );
}
