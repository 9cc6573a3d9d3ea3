import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { confusionMatrixPlot, linePlot, renderPng, renderSvg, type Spec, type Theme } from "@earshot/plots";
import type { Figure } from "../judge/judge.js";
import { dataUrl, type Html, html } from "../report/html.js";
import { type DrawnFigure, picture } from "../report/sections.js";
import type { RunFolder } from "../run/runFolder.js";
import { generativeRun } from "./loadGenerative.js";
import type { GenerativeMetrics } from "./metrics.js";
import { shell, sound } from "./pages.js";
import { fileName } from "./pictures.js";

type Line = Record<string, number>;

/** Lines of log.jsonl that one picture shows. */
const panels = [
  { name: "losses", title: "Loss", keys: ["dLoss", "gLoss", "loss", "reconstruction"] },
  { name: "scores", title: "Mean score", keys: ["realScore", "fakeScore"] },
  { name: "gradients", title: "Gradient norm", keys: ["dGradNorm", "gGradNorm"] },
  { name: "variety", title: "Diversity, share of recordings'", keys: ["diversity"] },
] as const;

/** Writes `report.html` and `plots/` of a generative run from what lies in its folder. @returns path of the page */
export async function writeGenerativeReport(folder: RunFolder, out = folder.path("report.html")): Promise<string> {
  const metrics: GenerativeMetrics = JSON.parse(await readFile(folder.path("metrics.json"), "utf8"));
  const recipe = generativeRun(folder.dir)?.recipe;
  const recipeText = await readFile(folder.path("recipe.yaml"), "utf8");
  const log = await readLog(folder);
  const drawn = new Map<string, DrawnFigure>();
  for (const { name, alt, spec } of figuresOf(metrics, log)) {
    const [light, dark] = [await renderSvg(spec("light")), await renderSvg(spec("dark"))];
    await folder.write(`plots/${name}.svg`, light);
    await folder.write(`plots/${name}.png`, await renderPng(light));
    drawn.set(name, { name, alt, light: dataUrl("image/svg+xml", light), dark: dataUrl("image/svg+xml", dark) });
  }
  const title = recipe?.title ?? metrics.recipe;
  const body = html`<h1>${title}</h1>
<p class="kicker">${metrics.recipe} · ${metrics.data.title}, ${metrics.data.items} recordings, ${metrics.data.classes} classes</p>
${verdict(metrics)}
${metrics.trouble.map((sentence) => html`<p class="note">${sentence}</p>`)}
<h2>Judged, not admired</h2>
${figureTable(metrics)}
<h2>Made up, and recorded</h2>
<p>The recordings went through the same spectrogram and back: what differs is what was learned, not how it sounds out. All of the way is in <a href="samples/index.html">the page of the epochs</a>.</p>
${await soundsSection(folder, metrics)}
<h2>Where it errs</h2>
<div class="columns">${picture(drawn.get("confusion"), "Rows are what was asked for, columns what the judge heard.")}${classTable(metrics)}</div>
<h2>Is it copying?</h2>
<div class="columns">${picture(drawn.get("distances"), "Distance to the nearest recording in training, sorted: of made-up sounds, and of recordings that were not in training.")}</div>
<h2>How it learned</h2>
<div class="columns">${panels.map(({ name }) => picture(drawn.get(name)))}</div>
<h2>Recipe</h2>
<pre>${recipeText.trim()}</pre>`;
  const page = shell(title, body, "data:");
  if (out === folder.path("report.html")) await folder.write("report.html", page);
  else await (await import("../run/wholeFile.js")).writeWhole(out, page);
  return out;
}

async function readLog(folder: RunFolder): Promise<Line[]> {
  if (!existsSync(folder.path("log.jsonl"))) return [];
  return (await readFile(folder.path("log.jsonl"), "utf8"))
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line) as Line);
}

function figuresOf({ confusion, distances }: GenerativeMetrics, log: readonly Line[]) {
  const k = confusion.classes.length;
  const counts = { labels: confusion.classes, data: confusion.counts.flat(), rows: k, cols: k };
  const figures: { name: string; alt: string; spec(theme: Theme): Spec }[] = [
    {
      name: "confusion",
      alt: "What the judge heard of what was asked for",
      spec: (theme) => confusionMatrixPlot(counts, { theme }),
    },
    {
      name: "distances",
      alt: "Distances to the nearest recording in training",
      spec: (theme) =>
        linePlot(
          (["generated", "real"] as const).map((key) => {
            const y = [...distances[key]].sort((a, b) => a - b);
            return { name: key === "real" ? "recorded" : "made up", x: y.map((_, i) => (100 * i) / y.length), y };
          }),
          { xTitle: "Share of sounds (%)", yTitle: "Distance", theme },
        ),
    },
  ];
  for (const { name, title, keys } of panels) {
    const series = keys
      .filter((key) => log.some((line) => Number.isFinite(line[key])))
      .map((key) => ({ name: key, x: log.map((line) => line.epoch), y: log.map((line) => line[key] ?? Number.NaN) }));
    if (series.length > 0) {
      figures.push({
        name,
        alt: `${title} over the epochs`,
        spec: (theme) => linePlot(series, { xTitle: "Epoch", yTitle: title, theme }),
      });
    }
  }
  return figures;
}

const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : `${(100 * value).toFixed(1)} %`;
const interval = ({ low, high }: Figure): string => (low === null ? "" : `${percent(low)} to ${percent(high)}`);
const number = (value: number | null): string => (value === null ? "–" : value.toPrecision(3));

function verdict({ metrics: m, n, split }: GenerativeMetrics): Html {
  const card = (name: string, figure: Figure, how: string) =>
    html`<div class="card"><div class="name">${name}</div><div class="value">${percent(figure.value)}</div><div class="range">${interval(figure)}</div><p class="how">${how}</p></div>`;
  return html`<div class="verdict">
${card("of made-up sounds are recognised", m.accuracy, `${n} sounds, by a classifier taught by ${split.judge} recordings that the generator never met.`)}
${card("of recordings are recognised", m.accuracyReal, `${split.test} recordings that neither of them met.`)}
${card("of these after the way through a spectrogram", m.accuracyInverted, "The ceiling: nothing that is made up can sound better than this.")}
</div>`;
}

function figureTable({ metrics: m }: GenerativeMetrics): Html {
  const row = (what: string, made: string, real: string, why: string) =>
    html`<tr><td>${what}</td><td class="n">${made}</td><td class="n">${real}</td><td class="muted">${why}</td></tr>`;
  return html`<div class="scroll"><table><thead><tr><th></th><th class="n">made up</th><th class="n">recorded</th><th></th></tr></thead><tbody>
${row("recognised", percent(m.accuracy.value), percent(m.accuracyReal.value), "by the judge, who hears the WAV")}
${row("Fréchet distance", number(m.frechet.value), number(m.frechetReal.value), "of the judge's embeddings, to recordings nobody met; less is nearer")}
${row("diversity", number(m.diversity.value), number(m.diversityReal.value), "mean distance of two sounds of one class")}
${row("nearest in training", number(m.nearest.value), number(m.nearestReal.value), "median distance to the nearest recording in training, of made-up sounds and of recordings that were not in it, both after the way through sound; below the recordings' would be copying")}
${m.nearer && row("nearer than recordings", percent(m.nearer.value), "50.0 %", "pairs of one class of which the made-up sound lies nearer to training than the recording outside it")}
${row("suspiciously near", percent(m.copied.value), "1.0 %", "nearer than all but a hundredth of the recordings outside training")}
${m.accuracyWith && m.accuracyWithout && row("worth as training material", percent(m.accuracyWith.value), percent(m.accuracyWithout.value), "accuracy on all other recordings of a classifier taught by the generator's recordings, with made-up sounds and without")}
${row("lost by inversion", "", number(m.inversionLoss.value), "median distance of a recording's spectrogram to that of its inversion")}
</tbody></table></div>`;
}

function classTable({ perClass, confusion }: GenerativeMetrics): Html {
  const rows = confusion.classes.map(
    (label) =>
      html`<tr><td>${label}</td><td class="n">${percent(perClass[label].value)}</td><td class="n muted">${interval(perClass[label])}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>class</th><th class="n">recognised</th><th class="n">95 % interval</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Made-up sounds and recordings of each class, side by side. */
async function soundsSection(folder: RunFolder, { confusion }: GenerativeMetrics): Promise<Html[]> {
  const sections: Html[] = [];
  for (const label of confusion.classes) {
    const sounds: Html[] = [];
    for (const [kind, words] of [
      ["made", "made up"],
      ["real", "recorded"],
    ]) {
      for (let i = 1; existsSync(folder.path("shown", `${fileName(label)}-${kind}-${i}.wav`)); i++) {
        const path = folder.path("shown", `${fileName(label)}-${kind}-${i}`);
        const [png, wav] = [await readFile(`${path}.png`), await readFile(`${path}.wav`)];
        sounds.push(sound({ caption: `${words} ${i}`, png, wav }));
      }
    }
    sections.push(html`<h3>${label}</h3><div>${sounds}</div>`);
  }
  return sections;
}
