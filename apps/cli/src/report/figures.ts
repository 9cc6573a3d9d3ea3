import { detCurve, equalErrorRate, rocAuc, rocCurve } from "@earshot/metrics";
import {
  calibrationPlot,
  confusionMatrixPlot,
  detPlot,
  type LearningPanel,
  learningCurve,
  perClassBars,
  rocPlot,
  type Spec,
  scoreHistogram,
  type Theme,
  targetDistribution,
} from "@earshot/plots";
import type { CalibrationFacts } from "../decision/learnDecision.js";
import type { Predictions } from "../judge/predictions.js";
import { tableFigures } from "../table/tableFigures.js";
import type { LogLine, RunContent } from "./readRun.js";
import { wordsFigure } from "./words.js";

/** A figure of a run: drawn into the page and as files below `plots/`. */
export interface RunFigure {
  /** File name without its ending. */
  name: string;
  /** For those who do not see it. */
  alt: string;
  spec(theme: Theme): Spec;
}

/** Every figure that the run has something to show for. */
export function figuresOf({ metrics, log, predictions, recipe, table, words }: RunContent): RunFigure[] {
  const { confusion, perClass, perGroup } = metrics;
  const k = confusion.labels.length;
  const counts = { labels: confusion.labels, data: confusion.counts.flat(), rows: k, cols: k };
  const figures: RunFigure[] = [
    {
      name: "confusion",
      alt: "Confusion matrix: how often each class was taken for which",
      spec: (theme) => confusionMatrixPlot(counts, { theme }),
    },
    {
      name: "perClass",
      alt: "Share of each class' items that was found, with 95 % intervals",
      spec: (theme) =>
        perClassBars(
          confusion.labels.map((label) => bar(label, perClass[label].recall, perClass[label].n)),
          { theme, metric: "Accuracy of the class" },
        ),
    },
  ];
  if (k > 2 && k <= 60) {
    figures.push({
      name: "classes",
      alt: "How many items each class has among those judged",
      spec: (theme) =>
        targetDistribution(
          confusion.labels.map((label) => ({ label, count: perClass[label].n })),
          { theme },
        ),
    });
  }
  const groups = Object.entries(metrics.beside?.perGroup ?? perGroup);
  if (groups.length > 1 && groups.length <= 60) {
    figures.push({
      name: "perGroup",
      alt: "Accuracy of each group, with 95 % intervals",
      spec: (theme) =>
        perClassBars(
          groups.map(([group, { n, accuracy }]) => bar(group, accuracy, n)),
          { theme, metric: "Accuracy", sort: true },
        ),
    });
  }
  const methods = Object.entries(metrics.perMethod ?? {});
  if (methods.length > 1 && methods.length <= 60) {
    figures.push({
      name: "perMethod",
      alt: "Equal error rate of each method, with 95 % intervals",
      spec: (theme) =>
        perClassBars(
          methods.map(([name, { n, eer }]) => bar(name, eer, n)),
          { theme, metric: "Equal error rate", sort: true },
        ),
    });
  }
  if (k === 2) figures.push(...detectionFigures(predictions, recipe.report.positive));
  if (metrics.calibration) figures.push(calibrationFigure(metrics.calibration));
  if (words) figures.push(wordsFigure(words));
  if (table) {
    const positive = recipe.report.positive ?? table.positive ?? confusion.labels[k - 1];
    figures.push(...tableFigures(table, predictions, positive));
  }
  const panels = learningPanels(log);
  if (panels.length > 0) {
    figures.push({
      name: "learning",
      alt: "Loss and accuracy over the epochs",
      spec: (theme) => learningCurve(panels, { theme, ...bestEpoch(log) }),
    });
  }
  return figures;
}

function calibrationFigure({ curves }: CalibrationFacts): RunFigure {
  const models = [
    { name: "as the model gave them", ...curves.raw },
    { name: "calibrated", ...curves.calibrated },
  ];
  return {
    name: "calibration",
    alt: "How often predictions came true over the probability given, before and after calibration",
    spec: (theme) => calibrationPlot(models, { theme }),
  };
}

/** Curves and scores of a two-class problem; the recipe names the target, else it is the last class. */
function detectionFigures({ yTrue, classes, probabilities }: Predictions, positive: string | null): RunFigure[] {
  const target = positive ?? classes[1];
  const column = classes.indexOf(target);
  const truth = yTrue.map((label) => (label === target ? 1 : 0));
  if (!truth.includes(0) || !truth.includes(1)) return [];
  const scores = Float64Array.from(truth, (_, i) => probabilities[2 * i + column]);
  const { fpr, tpr } = rocCurve(truth, scores);
  const det = detCurve(truth, scores);
  const { eer, threshold } = equalErrorRate(truth, scores);
  const sets = classes.map((name) => ({ name, scores: scores.filter((_, i) => yTrue[i] === name) }));
  return [
    {
      name: "scores",
      alt: "How the scores of both classes are distributed, with the threshold of equal errors",
      spec: (theme) => scoreHistogram(sets, { theme, threshold, xTitle: `Probability of "${target}"` }),
    },
    {
      name: "roc",
      alt: "ROC curve: targets found over false alarms",
      spec: (theme) => rocPlot([{ name: target, fpr, tpr, auc: rocAuc(truth, scores) }], { theme }),
    },
    {
      name: "det",
      alt: "DET curve: misses over false alarms on probit axes",
      spec: (theme) => detPlot([{ name: target, fpr: det.fpr, fnr: det.fnr, eer }], { theme }),
    },
  ];
}

const bar = (
  label: string,
  { value, low, high }: { value: number | null; low: number | null; high: number | null },
  n: number,
) => ({
  label,
  value: value ?? 0,
  support: n,
  ...(low !== null && { low }),
  ...(high !== null && { high }),
});

/** Curves of the first turn: one is enough to see whether training went well. */
function firstTurn(log: readonly LogLine[]): LogLine[] {
  return log.filter((line) => line.turn === log[0]?.turn);
}

function learningPanels(log: readonly LogLine[]): LearningPanel[] {
  const lines = firstTurn(log);
  const panel = (title: string, keys: Record<string, string>): LearningPanel[] => {
    const series = Object.fromEntries(
      Object.entries(keys)
        .filter(([key]) => lines.some((line) => Number.isFinite(line[key])))
        .map(([key, name]) => [name, lines.map((line) => (Number.isFinite(line[key]) ? Number(line[key]) : null))]),
    );
    return Object.keys(series).length > 0 ? [{ title, series }] : [];
  };
  return [
    ...panel("Loss (nats)", { loss: "training", valLoss: "validation" }),
    ...panel("Accuracy", { accuracy: "training", valAccuracy: "validation" }),
  ];
}

/** The epoch with the lowest validation loss: the weights that were kept. */
function bestEpoch(log: readonly LogLine[]): { bestEpoch?: number } {
  const losses = firstTurn(log).filter((line) => Number.isFinite(line.valLoss));
  if (losses.length === 0) return {};
  return {
    bestEpoch: losses.reduce((best, line) => (Number(line.valLoss) < Number(best.valLoss) ? line : best)).epoch,
  };
}
