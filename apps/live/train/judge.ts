import { balancedAccuracy, bootstrapIndices } from "@earshot/metrics";
import type { Matrix } from "@earshot/models";
import type { Fit } from "./recipe.js";
import { type Sample, selectWindows, type WindowSet } from "./windows.js";

export interface Judgement {
  /** Per sample: mean of the probabilities of its windows. */
  samples: { sample: Sample; probabilities: number[] }[];
  classes: readonly string[];
  /** Mean recall over the classes of single windows, and of whole recordings with a 95 % interval. */
  windowUar: number;
  clipUar: { value: number; low: number; high: number };
}

/**
 * Cross-validation by groups: each recording is judged by a model that never heard its group.
 *
 * @param windows of all samples; variations are trained on, never judged
 * @param folds number of folds; groups are dealt out in order of their names
 */
export async function crossValidate(
  samples: readonly Sample[],
  windows: WindowSet,
  fit: Fit,
  folds: number,
): Promise<Judgement> {
  const groups = [...new Set(samples.map((sample) => sample.group))].sort();
  const foldOf = new Map(groups.map((group, i) => [group, i % folds]));
  const foldOfRow = windows.groups.map((group) => foldOf.get(group));
  const judged: Judgement["samples"] = [];
  const truth: string[] = [];
  const guess: string[] = [];
  let classes: readonly string[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const model = await fit(selectWindows(windows, (row) => foldOfRow[row] !== fold));
    const heard = selectWindows(windows, (row) => foldOfRow[row] === fold && windows.original[row]);
    const p = await model.predictProba(modelInput(heard));
    classes = [...model.classes];
    truth.push(...heard.y);
    guess.push(...topClasses(p, classes));
    judged.push(...byRecording(samples, heard, p));
    model.dispose();
  }
  const yTrue = judged.map(({ sample }) => sample.label);
  const yPred = judged.map(({ probabilities }) => classes[argMax(probabilities)]);
  const [{ value, low, high }] = bootstrapIndices(judged.length, (index) => [
    balancedAccuracy(
      Array.from(index, (i) => yTrue[i]),
      Array.from(index, (i) => yPred[i]),
    ),
  ]);
  return { samples: judged, classes, windowUar: balancedAccuracy(truth, guess), clipUar: { value, low, high } };
}

/** As a model eats it: a matrix of pooled features, or a tensor of frames. */
export const modelInput = ({ x, shape }: WindowSet) =>
  shape[0] === 1 ? x : { data: x.data, shape: [x.rows, ...shape] };

/** The mean probabilities of each recording's windows. */
export function byRecording(samples: readonly Sample[], { sample }: WindowSet, p: Matrix): Judgement["samples"] {
  return samples.flatMap((one, index) => {
    const rows = sample.flatMap((s, row) => (s === index ? [row] : []));
    if (rows.length === 0) return [];
    const mean = Array.from(
      { length: p.cols },
      (_, c) => rows.reduce((sum, r) => sum + p.data[r * p.cols + c], 0) / rows.length,
    );
    return [{ sample: one, probabilities: mean }];
  });
}

const topClasses = (p: Matrix, classes: readonly string[]): string[] =>
  Array.from({ length: p.rows }, (_, r) => classes[argMax(p.data.subarray(r * p.cols, (r + 1) * p.cols))]);

export function argMax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
