import { figureNames, formatFigure } from "../cli/figures.js";
import { duration } from "../cli/screen.js";
import type { Figure } from "../judge/judge.js";
import { itemWord, plural } from "../train/leakage.js";
import { groupWord } from "../train/planSplit.js";
import { type Html, html } from "./html.js";
import type { RunContent } from "./readRun.js";

/** A drawn figure: links to both themes' pictures, which need no network. */
export interface DrawnFigure {
  name: string;
  alt: string;
  light: string;
  dark: string;
}

/** A figure that follows the reader's choice of light or dark. */
export function picture(figure: DrawnFigure | undefined, caption?: string): Html | undefined {
  if (!figure) return undefined;
  return html`<figure><picture><source media="(prefers-color-scheme: dark)" srcset="${figure.dark}"><img src="${figure.light}" alt="${figure.alt}"></picture>${caption && html`<figcaption><small>${caption}</small></figcaption>`}</figure>`;
}

const percent = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);
const range = ({ low, high }: Figure): string =>
  low === null || high === null ? "" : `${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)} %`;

/** Precision, recall and F1 of every class, with what it is most often taken for. */
export function classTable({ metrics }: RunContent): Html {
  const { confusion, perClass } = metrics;
  const rows = confusion.labels.map((label, i) => {
    const { n, recall, precision, f1 } = perClass[label];
    return html`<tr><td>${label}</td><td class="n">${n}</td><td class="n">${percent(recall.value)}</td><td class="n muted">${range(recall)}</td><td class="n">${percent(precision)}</td><td class="n">${percent(f1)}</td><td>${takenFor(confusion, i)}</td></tr>`;
  });
  return html`<h3>Every class</h3><div class="scroll"><table>
<thead><tr><th>class</th><th class="n">items</th><th class="n">found (recall)</th><th class="n">95 % interval</th><th class="n">right when named (precision)</th><th class="n">F1</th><th>most often taken for</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function takenFor({ labels, counts }: RunContent["metrics"]["confusion"], i: number): string {
  const wrong = counts[i]
    .map((count, j) => ({ count, label: labels[j] }))
    .filter(({ count }, j) => j !== i && count > 0);
  wrong.sort((a, b) => b.count - a.count);
  return wrong.length === 0 ? "" : `${wrong[0].label} (${wrong[0].count})`;
}

/** What a probability of this model is worth, before and after calibration. */
export function calibrationSection({ metrics }: RunContent, figure: DrawnFigure | undefined): Html | undefined {
  const { calibration } = metrics;
  if (!calibration) return undefined;
  const { raw, calibrated, n, cllr, minCllr, target } = calibration;
  const kinds = {
    platt: "Platt scaling",
    isotonic: "isotonic regression",
    temperature: "one temperature for all classes",
  };
  const of = target === undefined ? "the class named" : `"${target}"`;
  const row = (name: string, before: number, after: number, what: string) =>
    html`<tr><td>${name}</td><td class="n">${before.toFixed(3)}</td><td class="n">${after.toFixed(3)}</td><td class="muted">${what}</td></tr>`;
  return html`<h2>What its probabilities are worth</h2><div class="columns">${picture(figure, `Probability of ${of} and how often it came true; on the diagonal both agree.`)}<div>
<p>The model folder carries a calibration (${kinds[calibration.kind]}) learned from ${n} items whose models had not met them; here each item is read by one learned without its fold.</p>
<div class="scroll"><table><thead><tr><th>figure</th><th class="n">as given</th><th class="n">calibrated</th><th></th></tr></thead><tbody>
${row("expected calibration error", raw.ece, calibrated.ece, "0 is perfect")}${row("log loss", raw.logLoss, calibrated.logLoss, "nats, lower is better")}
</tbody></table></div>${cllr !== undefined && minCllr !== undefined && html`<p>Cost of its log-likelihood ratios (Cllr): ${cllr.toFixed(3)} bits, of which ${minCllr.toFixed(3)} remain with the best possible calibration; 1 tells nothing.</p>`}</div></div>`;
}

/** Accuracy by speaker or whatever ties items together. */
export function groupSection({ metrics, facts }: RunContent, figure: DrawnFigure | undefined): Html | undefined {
  const groups = Object.entries(metrics.beside?.perGroup ?? metrics.perGroup);
  if (groups.length < 2) return undefined;
  const name = groupWord(facts.data.groupKey);
  const title =
    metrics.beside || metrics.split.by !== "item"
      ? `Each ${name}, judged by a model that never met it`
      : `Each ${name}`;
  const rows = groups.map(
    ([group, { n, accuracy }]) =>
      html`<tr><td>${group}</td><td class="n">${n}</td><td class="n">${percent(accuracy.value)}</td><td class="n muted">${range(accuracy)}</td></tr>`,
  );
  return html`<h2>${title}</h2>${
    figure
      ? picture(figure)
      : html`<div class="scroll"><table><thead><tr><th>${name}</th><th class="n">items</th><th class="n">accuracy</th><th class="n">95 % interval</th></tr></thead><tbody>${rows}</tbody></table></div>`
  }`;
}

/** Equal error rate of every method held out, against all items of the other class. */
export function methodSection({ metrics, recipe }: RunContent, figure: DrawnFigure | undefined): Html | undefined {
  const methods = Object.entries(metrics.perMethod ?? {});
  if (methods.length === 0) return undefined;
  const name = recipe.split.unseen?.attribute ?? "method";
  const rows = methods.map(
    ([method, { n, eer }]) =>
      html`<tr><td>${method}</td><td class="n">${n}</td><td class="n">${percent(eer.value)}</td><td class="n muted">${range(eer)}</td></tr>`,
  );
  return html`<h2>Each ${name}, judged by a model that never met it</h2>${picture(figure)}<div class="scroll"><table><thead><tr><th>${name}</th><th class="n">items</th><th class="n">equal error rate</th><th class="n">95 % interval</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** Every figure with its bootstrap interval. */
export function metricTable(metrics: Readonly<Record<string, Figure>>): Html {
  const rows = Object.entries(metrics).map(([name, { value, low, high }]) => {
    const { label, better } = figureNames[name] ?? { label: name, better: "high" };
    const interval = low === null ? "" : `${formatFigure(name, low)} to ${formatFigure(name, high)}`;
    return html`<tr><td>${label}</td><td class="n">${formatFigure(name, value)}</td><td class="muted">${interval}</td><td class="muted">${better === "high" ? "higher is better" : "lower is better"}</td></tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th>figure</th><th class="n">value</th><th>95 % interval (bootstrap)</th><th></th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

type Row = [string, string | Html | undefined];
const list = (rows: Row[]): Html =>
  html`<dl>${rows.filter(([, value]) => value !== undefined && value !== "").map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

/** Where the items come from and how they were parted. */
export function dataSection({ recipe, metrics, facts }: RunContent): Html {
  const { split, data, beside, n } = metrics;
  const item = itemWord(recipe.data.kind);
  return list([
    ["corpus", facts.data.title],
    ["licence", facts.data.licence],
    ["citation", facts.data.citation === "none" ? undefined : facts.data.citation],
    [
      "items",
      `${data.items} in ${data.classes} classes${facts.soundSec ? `, ${duration(facts.soundSec)} of sound` : ""}`,
    ],
    ["trained on", `${split.train} items${split.folds > 1 ? ` a fold, ${split.folds} folds` : ""}`],
    ["judged on", `${n} items, ${split.how}`],
    ["also judged", beside && `${beside.n} items: ${beside.split.how}`],
    [`same ${item} on both sides`, item === "row" ? undefined : sharedContent(metrics, item)],
    [
      "in both parts",
      split.sharedGroups.length > 0 ? `${groupWord(facts.data.groupKey)}: ${shorten(split.sharedGroups)}` : undefined,
    ],
  ]);
}

function sharedContent({ leakage, split }: RunContent["metrics"], item: string): string | undefined {
  const count = leakage.filter(({ kind }) => kind === item).length;
  if (count > 0) return `${count} judged ${count === 1 ? item : plural(item)}`;
  // Judged elsewhere, a model's own items are not at hand to compare with.
  return split.by === "none" ? undefined : `none (the content of every ${item} was compared)`;
}

const shorten = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(", ")} … (${names.length})` : names.join(", ");

/** On what it ran, and how long it took. */
export function environmentSection({ facts, metrics }: RunContent): Html {
  const { earshot, node, platform, cpu, cores, memoryGiB, commit } = facts.environment;
  const steps = Object.entries(facts.seconds ?? {}).filter(([, sec]) => sec >= 0.05);
  return list([
    ["started", facts.startedAt.replace("T", " ").slice(0, 19)],
    ["seed", String(facts.seed)],
    ["Earshot", `${earshot}${commit ? `, commit ${commit}` : ""}`],
    ["Node", node],
    ["machine", `${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}`],
    ["threads", String(facts.threads)],
    [
      "took",
      `${duration(metrics.seconds)}${steps.length ? ` (${steps.map(([name, sec]) => `${name} ${duration(sec)}`).join(", ")})` : ""}`,
    ],
  ]);
}
