import type { Column } from "@earshot/models";
import type { NumberProfile, TextProfile } from "@earshot/models/tabular";
import { type Html, html } from "../report/html.js";

/** Rows by what is to be learned: the class of each, and how many classes are drawn apart. */
export interface ClassOfRow {
  classes: string[];
  /** Index into `classes`; −1 for none of them. */
  of: Int16Array;
}

const [width, height, bars] = [220, 44, 24];

export const sparkStyle = `
.spark { display: block; width: ${width}px; height: ${height}px; }
.k0 { fill: #0072b2; background: #0072b2; } .k1 { fill: #e69f00; background: #e69f00; } .k2 { fill: #009e73; background: #009e73; }
.k3 { fill: #cc79a7; background: #cc79a7; } .k4 { fill: #56b4e9; background: #56b4e9; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin: 0 .35em 0 1em; vertical-align: -.05em; }
.words { display: block; width: ${width}px; height: 14px; fill: var(--accent); }
td.values { min-width: 13rem; max-width: 22rem; overflow-wrap: anywhere; }
.table-columns td { white-space: nowrap; } .table-columns td.values { white-space: normal; }
.table-columns strong { display: block; max-width: 18rem; white-space: normal; overflow-wrap: break-word; }
`;

/** A small histogram of numbers, its bars parted by class; the half per cent at each end stands in the outermost bars. */
export function numberSpark(values: ArrayLike<number>, profile: NumberProfile, rows: ClassOfRow): Html | undefined {
  if (!Number.isFinite(profile.max - profile.min)) return undefined;
  const sorted = Float64Array.from(values)
    .filter((v) => !Number.isNaN(v))
    .sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  const [low, end] = [at(0.005), at(0.995)];
  // Whole numbers get a bar each where there is room.
  const whole = end - low < bars && sorted.every(Number.isInteger);
  const steps = whole ? end - low + 1 : low === end ? 1 : bars;
  const high = whole ? end + 1 : end;
  const kinds = Math.max(1, rows.classes.length);
  const counts = new Float64Array(steps * kinds);
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    const bar = Math.floor(((values[i] - low) / (high - low || 1)) * steps);
    counts[Math.min(steps - 1, Math.max(0, bar)) * kinds + Math.max(0, rows.of[i] ?? 0)]++;
  }
  const total = (bar: number): number => counts.subarray(bar * kinds, (bar + 1) * kinds).reduce((a, b) => a + b, 0);
  const most = Math.max(...Array.from({ length: steps }, (_, bar) => total(bar)));
  const w = width / steps;
  const rects: Html[] = [];
  for (let bar = 0; bar < steps; bar++) {
    let y = height;
    for (let k = 0; k < kinds; k++) {
      const h = (counts[bar * kinds + k] / most) * height;
      if (h === 0) continue;
      y -= h;
      rects.push(
        html`<rect class="k${k}" x="${(bar * w).toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(1, w - 1).toFixed(1)}" height="${h.toFixed(1)}"/>`,
      );
    }
  }
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" role="img" aria-label="distribution of ${profile.name}">${rects}</svg>`;
}

/** Shares of the most frequent words as a bar in parts, and the words. */
export function wordSpark({ top, missing, distinct }: TextProfile, rows: number): Html {
  const known = Math.max(1, rows - missing);
  let at = 0;
  const part = (count: number, opacity: string, name?: string): Html => {
    const [x, w] = [(width * at) / known, (width * count) / known];
    at += count;
    return html`<rect x="${x.toFixed(1)}" width="${Math.max(1, w - 1).toFixed(1)}" height="14" rx="2" opacity="${opacity}">${name && html`<title>${name}: ${count}</title>`}</rect>`;
  };
  const parts = top.map(({ value, count }, i) =>
    part(count, (0.95 - (0.6 * i) / Math.max(1, top.length - 1)).toFixed(2), value),
  );
  const rest = known - at;
  const words = top.slice(0, 4).map(({ value, count }) => `${value} ${((100 * count) / known).toFixed(0)} %`);
  return html`<svg class="words" viewBox="0 0 ${width} 14" aria-hidden="true">${parts}${rest > 0 && part(rest, ".15")}</svg><small>${words.join(" · ")}${distinct > 4 && ` · ${distinct - 4} more`}</small>`;
}

/** Classes of the rows by the column to be learned: at most five, the rest together with the last; one kind alone where there are none. */
export function classOfRows(
  target: Column | undefined,
  counts: readonly { value: string }[],
  rows: number,
): ClassOfRow {
  if (!target || counts.length < 2 || counts.length > 5) return { classes: [], of: new Int16Array(rows) };
  const classes = counts.map(({ value }) => value);
  const index = new Map(classes.map((name, i) => [name, i]));
  return { classes, of: Int16Array.from({ length: rows }, (_, i) => index.get(String(target.values[i])) ?? 0) };
}
