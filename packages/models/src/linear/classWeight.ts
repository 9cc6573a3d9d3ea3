import type { OptionReader } from "../core/options.js";

/** "balanced", or a weight a class name; classes left out weigh 1. */
export type ClassWeight = "balanced" | Readonly<Record<string, number>>;

/** Reads the option `classWeight`. */
export const aClassWeight: OptionReader<ClassWeight | undefined> = (value, fail) => {
  if (value === undefined || value === null) return undefined;
  if (value === "balanced") return value;
  const isWeight = (w: unknown): boolean => typeof w === "number" && w >= 0 && w < Infinity;
  if (typeof value === "object" && Object.values(value).every(isWeight)) return value as Record<string, number>;
  return fail('"balanced" or an object of weights ≥ 0');
};
