import { type ClassFigure, perClassBars } from "../evaluation/perClassBars.js";
import type { FigureOptions, Spec } from "../style.js";

/** How much a feature matters, with the ends of its interval where known. */
export interface Importance {
  name: string;
  value: number;
  low?: number;
  high?: number;
}

/** Options of {@link featureImportance}. */
export interface FeatureImportanceOptions extends FigureOptions {
  /** What is measured, with its unit; default "Importance". */
  metric?: string;
  /** How many of the largest are drawn, default 30. */
  most?: number;
}

/**
 * Features by how much they matter, the largest (of either sign) on top.
 *
 * @param features at least one
 * @throws RangeError if there is no feature
 */
export function featureImportance(
  features: readonly Importance[],
  { metric = "Importance", most = 30, ...options }: FeatureImportanceOptions = {},
): Spec {
  const largest: ClassFigure[] = [...features]
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, most)
    .map(({ name, ...figure }) => ({ label: name, ...figure }));
  const subtitle = features.length > most ? `${most} of ${features.length} features` : undefined;
  return perClassBars(largest, { subtitle, ...options, metric, percent: false });
}
