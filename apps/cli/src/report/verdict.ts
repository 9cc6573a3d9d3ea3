import { figureNames, formatFigure, unlabelled } from "../cli/figures.js";
import type { Figure } from "../judge/judge.js";
import { describeLeaks, plural } from "../train/leakage.js";
import { groupWord } from "../train/planSplit.js";
import { type Html, html } from "./html.js";
import type { RunContent } from "./readRun.js";

/** The main figure, large, with its interval and what it was measured on; beside it the harder one. */
export function verdict({ recipe, metrics, facts }: RunContent): Html {
  const { main } = recipe.report;
  const name = figureNames[main]?.label ?? main;
  const { beside, split } = metrics;
  const figure = metrics.metrics[main] ?? metrics.metrics.accuracy;
  const group = groupWord(facts.data.groupKey);
  return html`<section class="verdict">
${card(name, main, figure, `on ${metrics.n} items, split ${split.how}.`)}
${beside && card(`${name}, ${plural(group)} never met`, main, beside.metrics[main] ?? beside.metrics.accuracy, `on ${beside.n} items: ${beside.split.how}.`, "minor")}
</section>`;
}

function card(name: string, key: string, figure: Figure, how: string, kind = ""): Html {
  const { value, low, high } = figure;
  const range =
    low === null || high === null
      ? undefined
      : html`<div class="range">between ${formatFigure(key, low)} and ${formatFigure(key, high)} <span class="muted">(95 % interval)</span></div>`;
  return html`<div class="card ${kind}"><div class="name">${name}</div><div class="value">${formatFigure(key, value)}</div>${range}<p class="how">${how}</p></div>`;
}

/** What stands above all else: that the figures are too good. */
export function leakageLine({ metrics: { leakage } }: Pick<RunContent, "metrics">): Html | undefined {
  if (leakage.length === 0) return undefined;
  return html`<p class="note first"><strong>Leakage: the figures below are too good.</strong> ${describeLeaks(leakage)}.</p>`;
}

/** What the reader must know before believing the figures. */
export function notes({ metrics, facts }: RunContent): Html {
  const { split, beside, data } = metrics;
  const group = groupWord(facts.data.groupKey);
  const count = split.sharedGroups.length;
  const lines: (Html | false | undefined)[] = [
    split.sharedGroups.length > 0 &&
      html`<p class="note"><strong>Known ${group === "speaker" ? "voices" : plural(group)}.</strong> ${count} ${count === 1 ? `${group} is` : `${plural(group)} are`} in both training and test, so the ${beside ? "first " : ""}figure tells how well the model knows <em>${count === 1 ? `this ${group}` : `these ${plural(group)}`}</em>${beside ? `; for a new ${group}, expect the second.` : `, not how it does on a new ${group}: train with --set split.by=group for that.`}</p>`,
    data.kind === "syntheticSpeech" &&
      html`<p class="note"><strong>Synthetic data.</strong> The recordings were made by a synthesiser; the figures say that the way works, not how well it does on people. Name a corpus with --data.</p>`,
    data.broken > 0 &&
      html`<p class="note"><strong>Left out.</strong> ${data.broken} of ${data.items + data.broken} items could not be read and were skipped (--skip-broken).</p>`,
    data.unlabelled !== undefined &&
      html`<p class="note"><strong>Without a class.</strong> ${unlabelled(data.unlabelled)} of training and judging.</p>`,
  ];
  return html`${lines.filter(Boolean)}`;
}
