import { lenderSection, tableSection } from "../table/tableSection.js";
import { html } from "./html.js";
import type { RunContent } from "./readRun.js";
import type { DrawnFigure } from "./sections.js";
import {
  calibrationSection,
  classTable,
  dataSection,
  environmentSection,
  groupSection,
  methodSection,
  metricTable,
  picture,
} from "./sections.js";
import { pageShell } from "./shell.js";
import { leakageLine, notes, verdict } from "./verdict.js";
import { wordsSection } from "./words.js";
import { type ShownItem, worstSection } from "./worstSection.js";

/**
 * The report of a run: one page, no script, nothing fetched from anywhere. The verdict comes first.
 */
export function reportPage(run: RunContent, figures: readonly DrawnFigure[], worst: readonly ShownItem[]): string {
  const { recipe, metrics } = run;
  const drawn = new Map(figures.map((figure) => [figure.name, figure]));
  const body = html`<main>
${leakageLine(run)}
<h1>${recipe.title}</h1>
<p class="kicker">${metrics.recipe} · ${metrics.data.title}, ${metrics.data.items} items, ${metrics.data.classes} classes · ${run.facts.startedAt.slice(0, 10)}</p>
${verdict(run)}
${notes(run)}
<h2>Where it errs</h2>
<div class="columns">${picture(drawn.get("confusion"), "Rows are the truth, columns what the model said.")}${picture(drawn.get("perClass"), "Share of each class' items that was found; lines are 95 % intervals, items in brackets.")}</div>
${classTable(run)}
${drawn.has("det") && html`<h2>Where to draw the line</h2><div class="columns">${picture(drawn.get("scores"), "Scores of both classes; the line is the threshold at which both errors are equal.")}${picture(drawn.get("det"), "Each threshold trades misses for false alarms.")}${picture(drawn.get("roc"))}</div>`}
${methodSection(run, drawn.get("perMethod"))}
${calibrationSection(run, drawn.get("calibration"))}
${lenderSection(run, drawn)}
${groupSection(run, drawn.get("perGroup"))}
${drawn.has("learning") && html`<h2>How it learned</h2>${picture(drawn.get("learning"), run.log.some((line) => Number.isFinite(line.valLoss)) ? "The dashed line marks the epoch whose weights were kept." : undefined)}`}
${wordsSection(run.words, drawn.get("words"))}
${tableSection(run, drawn)}
${worstSection(worst)}
<h2>All figures</h2>
${metricTable(metrics.metrics)}
<h2>Data and split</h2>
${dataSection(run)}
<h2>Recipe</h2>
<pre>${run.recipeText.trim()}</pre>
<h2>Environment</h2>
${environmentSection(run)}
</main>`;
  return pageShell({ title: recipe.title, body, sounds: "data:" });
}
