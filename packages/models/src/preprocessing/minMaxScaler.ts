import { passing } from "../core/options.js";
import { type ColumnScaler, defineScaler } from "./columnScaler.js";
import { column } from "./quantile.js";

/** Options of {@link minMaxScaler}. */
export interface MinMaxScalerOptions {
  /** Where the smallest and largest training value of each column go (default [0, 1]). */
  featureRange?: readonly [number, number];
}

const isRange = (v: unknown): boolean =>
  Array.isArray(v) && v.length === 2 && v.every((q) => Number.isFinite(q)) && v[0] < v[1];

const scaler = defineScaler({
  kind: "minMaxScaler",
  options: { featureRange: passing<readonly [number, number]>([0, 1], isRange, "two rising numbers") },
  learn(x, { featureRange: [low, high] }) {
    const center = new Float64Array(x.cols);
    const scale = new Float64Array(x.cols);
    for (let j = 0; j < x.cols; j++) {
      const sorted = column(x, j).sort();
      const least = sorted[0];
      const range = sorted[sorted.length - 1] - least;
      scale[j] = (range < 10 * Number.EPSILON ? 1 : range) / (high - low);
      center[j] = least - low * scale[j];
    }
    return { center, scale };
  },
});

/**
 * Maps each column's training range onto [0, 1] or another range; later values may fall outside it.
 *
 * @throws Error if `transform` comes before `fit`; RangeError if the number of columns differs from `fit`'s or a number is not finite
 * Equals scikit-learn 1.9 `MinMaxScaler` within 1e-12 on doubles (golden tests).
 */
export function minMaxScaler(options?: MinMaxScalerOptions): ColumnScaler {
  return scaler.build(options);
}

export const minMaxScalerKind = scaler.registered;
