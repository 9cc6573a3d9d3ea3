import { linePlot, renderPng, renderSvg, type Spec, surfacePaths, type Theme } from "@earshot/plots";
import { stringify } from "yaml";
import { dataUrl, html } from "../report/html.js";
import { type DrawnFigure, picture } from "../report/sections.js";
import { pageShell } from "../report/shell.js";
import type { RunFolder } from "../run/runFolder.js";
import { testFunctions } from "./functions.js";
import type { LoadedStudy } from "./loadStudy.js";
import type { Curves, FunctionResult, StudyMetrics, StudyResult } from "./runStudy.js";

interface StudyFigure {
  name: string;
  alt: string;
  spec(theme: Theme): Spec;
}

/** Points of a surface's picture along each axis. */
const GRID = 120;

/** Writes tables, pictures and the page of a study into its folder. */
export async function writeStudy(
  folder: RunFolder,
  { study }: LoadedStudy,
  result: StudyResult,
  metrics: StudyMetrics,
): Promise<void> {
  const recipe = stringify(study, { lineWidth: 120 });
  await folder.write("recipe.yaml", recipe);
  await folder.write("trajectories.csv", trajectories(result));
  if (result.network)
    await folder.write("losses.csv", lossTable([...result.network.optimisers, ...result.network.losses]));
  const drawn = new Map<string, DrawnFigure>();
  for (const { name, alt, spec } of figuresOf(result)) {
    const [light, dark] = [await renderSvg(spec("light")), await renderSvg(spec("dark"))];
    await folder.write(`plots/${name}.svg`, light);
    await folder.write(`plots/${name}.png`, await renderPng(light));
    drawn.set(name, { name, alt, light: dataUrl("image/svg+xml", light), dark: dataUrl("image/svg+xml", dark) });
  }
  await folder.write("report.html", page(study, result, metrics, drawn, recipe));
}

function trajectories({ functions }: StudyResult): string {
  const lines = functions.flatMap(({ function: fn, paths }) =>
    paths.flatMap(({ name, path }) =>
      path.x.map((x, step) => [fn, name, step, x, path.y[step], path.value[step]].join(",")),
    ),
  );
  return `${["function,optimiser,step,x,y,value", ...lines].join("\n")}\n`;
}

function lossTable(curves: Curves): string {
  const lines = curves.flatMap(({ name, losses }) => losses.map((loss, step) => [name, step, loss].join(",")));
  return `${["run,step,loss", ...new Set(lines)].join("\n")}\n`;
}

function figuresOf({ functions, network }: StudyResult): StudyFigure[] {
  const figures = functions.flatMap(({ function: fn, paths }): StudyFigure[] => [
    {
      name: fn,
      alt: `Ways of ${paths.length} optimisers over the function ${fn}`,
      spec: (theme) => ways(fn, paths, theme),
    },
    {
      name: `${fn}Values`,
      alt: `Value of ${fn} over the steps of each optimiser`,
      spec: (theme) =>
        curves(
          paths.map(({ name, path }) => ({ name, losses: path.value })),
          "Value",
          theme,
        ),
    },
  ]);
  if (!network) return figures;
  figures.push({
    name: "network",
    alt: "Cross-entropy of a small network over the steps of each optimiser",
    spec: (theme) => curves(network.optimisers, "Cross-entropy (nats)", theme),
  });
  if (network.losses.length > 0) {
    figures.push({
      name: "losses",
      alt: "Each loss of a small network over the steps of one optimiser",
      spec: (theme) => curves(network.losses, "Loss", theme),
    });
  }
  return figures;
}

function ways(fn: FunctionResult["function"], paths: FunctionResult["paths"], theme: Theme): Spec {
  const { at, xDomain, yDomain, minimum } = testFunctions[fn];
  const along = ([from, to]: readonly [number, number], i: number): number => from + ((to - from) * i) / (GRID - 1);
  const data = Float64Array.from({ length: GRID * GRID }, (_, i) =>
    at(along(xDomain, i % GRID), along(yDomain, Math.floor(i / GRID))),
  );
  const [x, y] = minimum;
  return surfacePaths(
    { data, rows: GRID, cols: GRID, xDomain, yDomain },
    paths.map(({ name, path }) => ({ name, x: path.x, y: path.y })),
    { theme, target: { x, y } },
  );
}

const curves = (series: Curves, yTitle: string, theme: Theme): Spec =>
  linePlot(
    series.map(({ name, losses }) => ({ name, x: losses.map((_, step) => step), y: losses })),
    { xTitle: "Step", yTitle, log: "y", theme },
  );

function page(
  { title, description }: LoadedStudy["study"],
  result: StudyResult,
  metrics: StudyMetrics,
  drawn: ReadonlyMap<string, DrawnFigure>,
  recipe: string,
): string {
  const sections = result.functions.map(
    ({ function: fn, paths }) => html`<h2>${fn}</h2>
<div class="columns">${picture(drawn.get(fn), "The cross is the least point; lighter is lower.")}${picture(drawn.get(`${fn}Values`))}</div>
<div class="scroll"><table><thead><tr><th>optimiser</th><th class="n">learning rate</th><th class="n">steps</th><th class="n">value at the end</th><th class="n">x</th><th class="n">y</th></tr></thead><tbody>${paths.map(
      ({ name }) => {
        const { learningRate, steps, end, x, y } = metrics.functions[fn][name];
        return html`<tr><td>${name}</td><td class="n">${learningRate}</td><td class="n">${steps}</td><td class="n">${end.toPrecision(3)}</td><td class="n">${x.toFixed(4)}</td><td class="n">${y.toFixed(4)}</td></tr>`;
      },
    )}</tbody></table></div>`,
  );
  const network =
    result.network &&
    html`<h2>A small network</h2>
<p>Two interleaved half circles, one hidden layer, all samples a step.</p>
<div class="columns">${picture(drawn.get("network"), "Cross-entropy under each optimiser.")}${picture(drawn.get("losses"), "Each loss, under one optimiser.")}</div>`;
  return pageShell({
    title,
    body: html`<main>
<h1>${title}</h1>
<p class="kicker">${description}</p>
${sections}
${network}
<h2>Recipe</h2>
<pre>${recipe.trim()}</pre>
</main>`,
  });
}
