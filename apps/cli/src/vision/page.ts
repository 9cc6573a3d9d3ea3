import { renderPng, renderSvg } from "@earshot/plots";
import { dataUrl, html } from "../report/html.js";
import { type DrawnFigure, picture } from "../report/sections.js";
import { pageShell } from "../report/shell.js";
import type { RunFolder } from "../run/runFolder.js";
import type { VisionRecipe, VisionResult } from "./task.js";

/** Draws the figures of a run on pictures and writes its page, which fetches nothing. */
export async function writeVisionPage(
  folder: RunFolder,
  { title, description }: VisionRecipe,
  { how, n, metrics, figures, notes = [] }: VisionResult,
  recipe: string,
): Promise<void> {
  const drawn: DrawnFigure[] = [];
  for (const { name, alt, spec } of figures) {
    const [light, dark] = [await renderSvg(spec("light")), await renderSvg(spec("dark"))];
    await folder.write(`plots/${name}.svg`, light);
    await folder.write(`plots/${name}.png`, await renderPng(light));
    drawn.push({ name, alt, light: dataUrl("image/svg+xml", light), dark: dataUrl("image/svg+xml", dark) });
  }
  const rows = Object.entries(metrics).map(
    ([name, { value, low, high }]) =>
      html`<tr><td>${name}</td><td class="n">${shown(value)}</td><td class="n muted">${low === null ? "" : `${shown(low)} to ${shown(high)}`}</td></tr>`,
  );
  const body = html`<main>
<h1>${title}</h1>
<p class="kicker">${description}</p>
<p>${how}, ${n} judged.</p>
<div class="scroll"><table><thead><tr><th>figure</th><th class="n">value</th><th class="n">95 % interval</th></tr></thead><tbody>${rows}</tbody></table></div>
${notes.map((note) => html`<p>${note}</p>`)}
${drawn.map((figure) => picture(figure, figure.alt))}
<h2>Recipe</h2>
<pre>${recipe.trim()}</pre>
</main>`;
  await folder.write("report.html", pageShell({ title, body }));
}

const shown = (value: number | null): string =>
  value === null ? "–" : Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 4 : 1);
