import type { Rng } from "../core/random.js";
import type { Range } from "./types.js";

/** What one option of a transform may be, and how a value is drawn from it. */
export interface Parameter {
  /** Used when the option is left out; undefined where it must be given. */
  fallback: Range | string | undefined;
  /** The rule broken, as the end of a sentence, or undefined. */
  wrong(value: unknown): string | undefined;
  draw(value: Range | string, rng: Rng): number | string;
}

interface RangeRule {
  low?: number;
  high?: number;
  integer?: boolean;
  /** Draw evenly in octaves. */
  octaves?: boolean;
  fallback?: Range;
}

/** A number or `[low, high]`. */
export function range({
  low = -1e9,
  high = 1e9,
  integer = false,
  octaves = false,
  fallback,
}: RangeRule = {}): Parameter {
  const fits = (v: unknown): v is number =>
    typeof v === "number" && v >= low && v <= high && (!integer || Number.isInteger(v));
  const what = `${integer ? "a whole number" : "a number"} in [${low}, ${high}], or a rising pair of them`;
  return {
    fallback,
    wrong(value) {
      const pair = Array.isArray(value) && value.length === 2 && value.every(fits) && value[0] <= value[1];
      return fits(value) || pair ? undefined : `must be ${what}`;
    },
    draw(value, rng) {
      if (!Array.isArray(value)) return value as number;
      const [from, to] = value as [number, number];
      if (integer) return rng.integer(from, to);
      return octaves ? from * (to / from) ** rng.next() : rng.uniform(from, to);
    },
  };
}

/** One fixed number. */
export function fixed({ low, high, fallback }: { low: number; high: number; fallback: number }): Parameter {
  return {
    fallback,
    wrong: (value) =>
      typeof value === "number" && value >= low && value <= high ? undefined : `must be a number in [${low}, ${high}]`,
    draw: (value) => value as number,
  };
}

/** One of some words; the first is the default. */
export function choice(...words: string[]): Parameter {
  return {
    fallback: words[0],
    wrong: (value) => (words.includes(value as string) ? undefined : `must be one of ${words.join(", ")}`),
    draw: (value) => value as string,
  };
}

/** Name of an asset: must be given. */
export const assetName: Parameter = {
  fallback: undefined,
  wrong: (value) => (typeof value === "string" && value !== "" ? undefined : "must name an asset"),
  draw: (value) => value as string,
};

/** What takes the place of masked numbers. */
export const maskValue: Parameter = {
  fallback: 0,
  wrong: (value) => (value === "mean" || Number.isFinite(value) ? undefined : 'must be a number or "mean"'),
  draw: (value) => value as number | string,
};
