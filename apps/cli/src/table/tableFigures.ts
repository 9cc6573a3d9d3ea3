import { correlationHeatmap, linePlot, type Spec, type Theme } from "@earshot/plots";
import { axisNames } from "../cli/shortName.js";
import type { Predictions } from "../judge/predictions.js";
import { costCurve, costOfThresholds, creditCurves, rejectCurve } from "./creditCurves.js";
import type { TableFacts } from "./tableFacts.js";

/** A figure of a run's table. */
export interface TableFigure {
  name: string;
  alt: string;
  spec(theme: Theme): Spec;
}

/** What refusing a good payer costs is 1; that of a bad loan is so much (Statlog's cost matrix). */
export const costRatio = 5;

/** Most columns that a heatmap can show side by side. */
const mostColumns = 30;

/** Whether each judged item is of the class in question, and its probability of it; undefined unless there are two classes. */
export function targetScores(
  { yTrue, classes, probabilities }: Predictions,
  positive: string,
): { truth: number[]; scores: number[] } | undefined {
  const column = classes.indexOf(positive);
  if (classes.length !== 2 || column < 0) return undefined;
  const truth = yTrue.map((label) => (label === positive ? 1 : 0));
  if (!truth.includes(1) || !truth.includes(0)) return undefined;
  return { truth, scores: truth.map((_, i) => probabilities[2 * i + column]) };
}

/** Correlations of the columns, and what a lender asks of the scores. */
export function tableFigures({ profile }: TableFacts, predictions: Predictions, positive: string): TableFigure[] {
  const figures: TableFigure[] = [];
  const { names, values } = profile.correlations;
  const shown = Math.min(names.length, mostColumns);
  if (shown > 1) {
    const data = Array.from({ length: shown * shown }, (_, at) => {
      return values[Math.floor(at / shown) * names.length + (at % shown)] ?? 0;
    });
    figures.push({
      name: "correlation",
      alt: "Correlation of each pair of number columns",
      spec: (theme) => correlationHeatmap(axisNames(names.slice(0, shown)), data, { theme }),
    });
  }
  const target = targetScores(predictions, positive);
  if (!target) return figures;
  const curves = creditCurves(target.truth, target.scores);
  const { threshold, caught, wrongly } = curves.steps;
  const inner = Array.from(threshold.keys()).slice(1);
  const at = (list: Float64Array): number[] => inner.map((s) => list[s]);
  const cost = costOfThresholds(curves, costRatio);
  const trivial = [0, 0.5, 1];
  figures.push(
    {
      name: "ks",
      alt: "Share of both classes at or above each score",
      spec: (theme) =>
        linePlot(
          [
            { name: `"${positive}"`, x: at(threshold), y: at(caught) },
            { name: "the others", x: at(threshold), y: at(wrongly) },
          ],
          { theme, xTitle: `Probability of "${positive}"`, yTitle: "Share at or above" },
        ),
    },
    {
      name: "reject",
      alt: `Share of "${positive}" among those accepted over the share refused`,
      spec: (theme) =>
        linePlot(
          [
            { name: "by the model", ...rejectCurve(curves) },
            { name: "at random", x: [0, 1], y: [curves.rate, curves.rate] },
          ],
          { theme, xTitle: "Share refused, riskiest first", yTitle: `"${positive}" among those accepted` },
        ),
    },
    {
      name: "cost",
      alt: "Mean cost of a decision over the threshold",
      spec: (theme) =>
        linePlot(
          [
            { name: "by the model", x: at(threshold), y: at(cost.cost) },
            { name: "accept everybody", x: [0, 1], y: [cost.acceptAll, cost.acceptAll] },
            { name: "refuse everybody", x: [0, 1], y: [cost.refuseAll, cost.refuseAll] },
          ],
          { theme, xTitle: "Refused from this probability on", yTitle: `Cost each (a missed one costs ${costRatio})` },
        ),
    },
    {
      name: "costCurve",
      alt: "Lowest normalised cost over the weight of the class",
      spec: (theme) =>
        linePlot(
          [
            { name: "by the model", ...costCurve(curves) },
            { name: "one answer for all", x: trivial, y: [0, 0.5, 0] },
          ],
          { theme, xTitle: `Weight of "${positive}" (probability × cost)`, yTitle: "Normalised cost" },
        ),
    },
  );
  return figures;
}
