import type { ColumnProfile } from "@earshot/models/tabular";
import { type Html, html } from "../report/html.js";
import type { RunContent } from "../report/readRun.js";
import { type DrawnFigure, picture } from "../report/sections.js";
import { costOfThresholds, creditCurves, groupFigures } from "./creditCurves.js";
import type { TableFacts } from "./tableFacts.js";
import { costRatio, targetScores } from "./tableFigures.js";

type Drawn = ReadonlyMap<string, DrawnFigure>;

const percent = (v: number | undefined): string => (v === undefined ? "–" : `${(100 * v).toFixed(1)} %`);
const figure = (v: number | undefined): string => (v === undefined ? "–" : v.toFixed(3));
const short = (v: number): string => (Number.isFinite(v) ? Number(v.toPrecision(4)).toString() : "–");

/** The table before any model: shape and types, gaps, duplicates, distributions, correlations, balance of the classes. */
export function tableSection({ table, metrics }: RunContent, drawn: Drawn): Html | undefined {
  if (!table) return undefined;
  const { profile } = table;
  const numbers = profile.columns.filter((c) => c.type === "number").length;
  const total = profile.target?.counts.reduce((sum, { count }) => sum + count, 0) ?? 0;
  const balance = profile.target?.counts.map(({ value, count }) => `${value} ${percent(count / total)}`).join(", ");
  return html`<h2>The table</h2>
<p>${profile.rows} rows; ${numbers} columns of numbers and ${profile.columns.length - numbers} of words. ${profile.missingCells === 0 ? "No cell is missing" : `${profile.missingCells} cells are missing; ${profile.completeRows} rows are complete`}.
${profile.duplicateRows === 0 ? "No row occurs twice" : `${profile.duplicateRows} rows equal an earlier one in every column`}. Balance of ${metrics.data.classes} classes: ${balance}. Everything that learns from rows, filling and scaling included, is fitted on training rows alone.</p>
<div class="scroll"><table><thead><tr><th>column</th><th>type</th><th class="n">missing</th><th class="n">distinct</th><th>distribution</th><th>range or most frequent</th></tr></thead><tbody>${profile.columns.map(columnRow)}</tbody></table></div>
${picture(drawn.get("correlation"), "Correlation of the number columns, over rows where both are known.")}
<h3>The steps, and what each learned</h3>
${stepTable(table)}`;
}

function columnRow(column: ColumnProfile): Html {
  const { name, type, missing, distinct } = column;
  const what =
    column.type === "number"
      ? `${short(column.min)} … ${short(column.median)} … ${short(column.max)}, mean ${short(column.mean)}${column.outliers > 0 ? `, ${column.outliers} far out` : ""}`
      : column.top
          .slice(0, 4)
          .map(({ value, count }) => `${value} (${count})`)
          .join(", ");
  const bars = column.type === "number" ? column.histogram.counts : column.top.map(({ count }) => count);
  return html`<tr><td>${name}</td><td class="muted">${type}</td><td class="n">${missing || ""}</td><td class="n">${distinct}</td><td>${sparkBars(bars)}</td><td class="muted">${what}</td></tr>`;
}

/** Counts as small bars. */
function sparkBars(counts: readonly number[]): Html | undefined {
  const most = Math.max(...counts, 0);
  if (most <= 0) return undefined;
  const [width, height] = [120, 22];
  const step = width / counts.length;
  const path = counts.map((count, i) => {
    const tall = (count / most) * height;
    return `M${(i * step).toFixed(1)} ${height}v${(-tall).toFixed(1)}h${(step * 0.85).toFixed(1)}v${tall.toFixed(1)}z`;
  });
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true"><path d="${path.join("")}" fill="currentColor" opacity="0.6"/></svg>`;
}

function stepTable({ steps }: TableFacts): Html {
  const rows = steps.map(
    ({ kind, options, learned, depth }) =>
      html`<tr><td>${"\u2003".repeat(depth)}${kind}</td><td>${learned}</td><td class="muted">${options}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>step</th><th>learned</th><th>settings</th></tr></thead><tbody>${rows}</tbody></table></div><p class="muted">Of the final model. Steps that change which rows are trained on act in training alone: what is judged is never made up.</p>`;
}

/** What a lender asks: separation, costs, whom a threshold refuses. */
export function lenderSection({ table, predictions, recipe }: RunContent, drawn: Drawn): Html | undefined {
  const positive = recipe.report.positive ?? table?.positive;
  const target = table && positive !== undefined ? targetScores(predictions, positive) : undefined;
  if (!table || !target || positive === undefined) return undefined;
  const curves = creditCurves(target.truth, target.scores);
  const { best, acceptAll } = costOfThresholds(curves, costRatio);
  const expected = 1 / (1 + costRatio);
  return html`<h2>As a lender reads it</h2>
<p>Area under the ROC curve <strong>${figure(curves.auc)}</strong>, Gini ${figure(curves.gini)}, Kolmogorov–Smirnov ${figure(curves.ks.value)} at a probability of ${figure(curves.ks.threshold)}. Where a missed "${positive}" costs ${costRatio} times as much as refusing one of the others, refusing from ${figure(best.threshold)} on is cheapest: ${figure(best.cost)} each, against ${figure(acceptAll)} when everybody is accepted. With probabilities that can be taken at their word, that border lies at ${figure(expected)}.</p>
<div class="columns">${picture(drawn.get("ks"), "Both classes over the score: their largest gap is the KS figure.")}${picture(drawn.get("reject"), "The riskiest are refused first.")}${picture(drawn.get("cost"))}${picture(drawn.get("costCurve"), "Cost curve: the lower, the better, for any costs and any share of the class.")}</div>
${table.groups.map((grouping) => fairness(grouping, target, best.threshold, positive))}`;
}

function fairness(
  { name, labels, codes }: TableFacts["groups"][number],
  { truth, scores }: { truth: number[]; scores: number[] },
  threshold: number,
  positive: string,
): Html {
  const groups = groupFigures(
    truth,
    scores,
    codes.map((code) => labels[code]),
    threshold,
  ).sort((a, b) => labels.indexOf(a.group) - labels.indexOf(b.group));
  const rows = groups.map(
    (g) =>
      html`<tr><td>${g.group}</td><td class="n">${g.n}</td><td class="n">${percent(g.rate)}</td><td class="n">${percent(g.expected)}</td><td class="n">${figure(g.auc)}</td><td class="n">${percent(g.refused)}</td><td class="n">${percent(g.wrongly)}</td><td class="n">${percent(g.missed)}</td></tr>`,
  );
  const accepted = groups.map((g) => 1 - g.refused);
  const ratio = Math.min(...accepted) / Math.max(...accepted);
  return html`<h3>By ${name}</h3>
<div class="scroll"><table><thead><tr><th>${name}</th><th class="n">people</th><th class="n">"${positive}"</th><th class="n">expected</th><th class="n">AUC</th><th class="n">refused</th><th class="n">wrongly refused</th><th class="n">missed</th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="muted">At the cheapest threshold. The group accepted least is accepted ${percent(ratio)} as often as the one accepted most${ratio < 0.8 ? ", below the four fifths that regulators take as a warning" : ""}. Whether ${name} may be used at all is for the law to say: leave the column out of the recipe's table where it may not.</p>`;
}
