import { basename } from "node:path";
import { intervalPlot, renderSvg } from "@earshot/plots";
import { figureNames, formatFigure, formatInterval } from "../cli/figures.js";
import { dataUrl, html } from "../report/html.js";
import type { RunContent } from "../report/readRun.js";
import { picture } from "../report/sections.js";
import { pageShell } from "../report/shell.js";
import type { Comparison } from "./compareRuns.js";

/** Runs side by side: figures with intervals, what differs and by how much; no script, no network. */
export async function comparePage(
  runs: readonly (RunContent & { dir: string })[],
  comparisons: readonly Comparison[],
  figure: string,
): Promise<string> {
  const label = figureNames[figure]?.label ?? figure;
  const percent = figureNames[figure]?.share ?? false;
  const rows = runs.flatMap(({ dir, metrics }, i) => {
    const { value = null, low = null, high = null } = metrics.metrics[figure] ?? {};
    return value === null
      ? []
      : [{ name: basename(dir), value, low: low ?? value, high: high ?? value, marked: i === 0 }];
  });
  const draw = async (theme: "light" | "dark"): Promise<string> =>
    dataUrl("image/svg+xml", await renderSvg(intervalPlot(rows, { metric: label, percent, theme })));
  const drawn = {
    name: "figures",
    alt: `${label} of each run with its interval`,
    light: await draw("light"),
    dark: await draw("dark"),
  };
  const table = runs.map(({ dir, metrics }, i) => {
    const { shared, difference } = comparisons[i - 1] ?? {};
    return html`<tr><td>${basename(dir)}</td><td>${metrics.recipe}</td><td class="n">${metrics.n}</td><td>${formatInterval(figure, metrics.metrics[figure] ?? { value: null, low: null, high: null })}</td><td>${i === 0 ? "compared with" : difference ? describeDifference(figure, difference) : "no common items"}</td><td class="n muted">${shared}</td></tr>`;
  });
  const recipes = comparisons.map(
    ({ settings }, i) =>
      html`<h3>${basename(runs[i + 1].dir)}</h3>${
        settings.length === 0
          ? html`<p class="muted">The same recipe.</p>`
          : html`<div class="scroll"><table><thead><tr><th>setting</th><th>${basename(runs[0].dir)}</th><th>${basename(runs[i + 1].dir)}</th></tr></thead><tbody>${settings.map(([path, a, b]) => html`<tr><td>${path}</td><td>${a}</td><td>${b}</td></tr>`)}</tbody></table></div>`
      }`,
  );
  return pageShell({
    title: "Runs compared",
    body: html`<main><h1>${runs.length} runs compared</h1><p class="kicker">by ${label}; differences by paired bootstrap over the items that both were judged on</p>
${picture(drawn)}
<div class="scroll"><table><thead><tr><th>run</th><th>recipe</th><th class="n">items</th><th>${label}</th><th>difference</th><th class="n">common items</th></tr></thead><tbody>${table}</tbody></table></div>
<h2>What differs</h2>${recipes}</main>`,
  });
}

/** +1.2 % (0.3 to 2.1), p = 0.01 */
export function describeDifference(
  figure: string,
  { value, low, high, pValue }: NonNullable<Comparison["difference"]>,
): string {
  const sign = value > 0 ? "+" : "";
  const clear = low > 0 || high < 0 ? "" : ", could be chance";
  return `${sign}${formatFigure(figure, value)} (${formatFigure(figure, low)} to ${formatFigure(figure, high)}), p = ${pValue < 0.001 ? "<0.001" : pValue.toFixed(3)}${clear}`;
}
