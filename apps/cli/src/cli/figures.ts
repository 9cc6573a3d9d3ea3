import pc from "picocolors";
import type { Figure } from "../judge/judge.js";
import type { Metrics } from "../run/metrics.js";
import { describeLeaks } from "../train/leakage.js";
import type { Screen } from "./screen.js";

/** Names of the figures as people write them, and whether they are shares. */
export const figureNames: Record<string, { label: string; share: boolean; better: "high" | "low" }> = {
  accuracy: { label: "accuracy", share: true, better: "high" },
  balancedAccuracy: { label: "balanced accuracy (UAR)", share: true, better: "high" },
  f1Macro: { label: "F1, mean of classes", share: true, better: "high" },
  logLoss: { label: "log loss", share: false, better: "low" },
  rocAuc: { label: "area under the ROC curve", share: false, better: "high" },
  eer: { label: "equal error rate", share: true, better: "low" },
  minDcf: { label: "detection cost (minDCF)", share: false, better: "low" },
};

/** 98.5 % or 0.123; "–" where a figure is undefined. */
export function formatFigure(name: string, value: number | null): string {
  if (value === null) return "–";
  return figureNames[name]?.share ? `${(100 * value).toFixed(1)} %` : value.toFixed(3);
}

/** 98.5 % (97.1–99.3 %) */
export function formatInterval(name: string, { value, low, high }: Figure): string {
  const text = formatFigure(name, value);
  if (low === null || high === null) return text;
  const share = figureNames[name]?.share;
  const [from, to] = share
    ? [(100 * low).toFixed(1), `${(100 * high).toFixed(1)} %`]
    : [low.toFixed(3), high.toFixed(3)];
  return `${text} (${from}–${to})`;
}

/** Items that nothing could be learned from, so that nobody misses them. */
export const unlabelled = (count: number): string =>
  count === 1 ? "1 more item has no class: it was left out" : `${count} more items have no class: they were left out`;

/** Prints what was measured, the main figure first. */
export function printFigures(screen: Screen, metrics: Omit<Metrics, "seconds">, main: string): void {
  const { split, n, data } = metrics;
  if (metrics.leakage.length > 0) {
    screen.print(pc.yellow(`Leakage, the figures are too good: ${describeLeaks(metrics.leakage)}.`));
  }
  screen.print(`${data.title}: ${data.items} items, ${data.classes} classes; judged on ${n}: ${split.how}`);
  if (data.unlabelled) screen.print(pc.dim(`${unlabelled(data.unlabelled)}.`));
  screen.print();
  const names = [main, ...Object.keys(metrics.metrics).filter((name) => name !== main)];
  for (const name of names.filter((key) => metrics.metrics[key])) {
    const line = `  ${(figureNames[name]?.label ?? name).padEnd(26)} ${formatInterval(name, metrics.metrics[name])}`;
    screen.print(name === main ? pc.bold(line) : line);
  }
  if (metrics.beside) {
    const { metrics: harder, split: other } = metrics.beside;
    screen.print();
    screen.print(`  ${"never met before".padEnd(26)} ${formatInterval(main, harder[main] ?? harder.accuracy)}`);
    screen.print(pc.dim(`  ${"".padEnd(26)} ${other.how}`));
  } else if (split.sharedGroups.length > 0 && metrics.leakage.length === 0) {
    screen.print(
      pc.yellow(`  ${split.sharedGroups.length} groups are in training and test: the figures say nothing of new ones.`),
    );
  }
}
