import { parse } from "yaml";
import { UsageError } from "../cli/errors.js";
import { nearest } from "../cli/nearest.js";

/** Recipe as it was written: plain YAML data. */
export type RawRecipe = { [key: string]: unknown };

/**
 * A copy of the recipe with `path=value` applied; values are YAML, so `5` is a number and `[1, 2]` a list.
 * Every object on the way must be there; whether the last key is known, the schema decides.
 *
 * @throws UsageError naming the part of the path that does not exist, and the nearest one that does
 */
export function applySetting(recipe: RawRecipe, setting: string): RawRecipe {
  const at = setting.indexOf("=");
  if (at < 1) throw new UsageError(`--set needs path=value, such as model.epochs=5; got "${setting}".`);
  const path = setting.slice(0, at).trim().split(".");
  let value: unknown;
  try {
    value = parse(setting.slice(at + 1), { logLevel: "error" });
  } catch {
    value = setting.slice(at + 1);
  }
  const copy = structuredClone(recipe);
  let here: unknown = copy;
  for (const [depth, key] of path.slice(0, -1).entries()) {
    here = child(here, key, path.slice(0, depth + 1).join("."));
  }
  const last = path[path.length - 1];
  if (Array.isArray(here)) child(here, last, path.join("."));
  else if (here === null || typeof here !== "object") {
    throw new UsageError(`--set ${path.join(".")}: ${path.slice(0, -1).join(".")} is a single value, not an object.`);
  }
  (here as Record<string, unknown>)[last] = value;
  return copy;
}

function child(here: unknown, key: string, path: string): unknown {
  if (Array.isArray(here)) {
    const index = /^\d+$/.test(key)
      ? Number(key)
      : here.findIndex((entry) => entry?.name === key || entry?.kind === key);
    if (index < 0 || index >= here.length) {
      throw new UsageError(`--set ${path}: the list has ${here.length} entries, counted from 0; got "${key}".`);
    }
    return here[index];
  }
  const known = here !== null && typeof here === "object" ? Object.keys(here) : [];
  if (!known.includes(key)) throw new UsageError(`--set ${path}: the recipe has no "${key}"; ${nearest(key, known)}`);
  return (here as Record<string, unknown>)[key];
}
