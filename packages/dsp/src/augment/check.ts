import { nearest } from "../config/nearest.js";
import { featureKinds, sampleKinds } from "./kinds.js";
import type { AugmentAssets } from "./types.js";

const known = { ...sampleKinds, ...featureKinds };

/** Names of every kind of transform, `oneOf` last. */
export const transformKinds: readonly string[] = [...Object.keys(known), "oneOf"];

/** Refuses what cannot be applied, in one sentence that names the place, the value and the way out. */
export function checkTransforms(transforms: readonly unknown[], assets: AugmentAssets, path = "augment"): void {
  for (const [i, transform] of transforms.entries()) checkTransform(transform, assets, `${path}[${i}]`);
}

function checkTransform(transform: unknown, assets: AugmentAssets, path: string): void {
  if (typeof transform !== "object" || transform === null) {
    throw new TypeError(
      `${path}: must be an object with a kind, got ${transform === null ? "null" : typeof transform}.`,
    );
  }
  const { kind, p = 1, ...options } = transform as Record<string, unknown>;
  if (typeof kind !== "string" || !transformKinds.includes(kind)) {
    throw new RangeError(
      `${path}: kind must be a known transform, got ${show(kind)}; ${suggestion(kind, transformKinds)}`,
    );
  }
  if (!(typeof p === "number" && p >= 0 && p <= 1)) {
    throw new RangeError(`${path}: p must be a probability in [0, 1], got ${show(p)}.`);
  }
  if (kind === "oneOf") checkOneOf(options, assets, path);
  else checkOptions(kind, options, assets, path);
}

function checkOptions(kind: string, options: Record<string, unknown>, assets: AugmentAssets, path: string): void {
  const rules = known[kind].options;
  for (const [name, value] of Object.entries(options)) {
    if (!(name in rules)) {
      throw new RangeError(
        `${path}: ${kind} has no option ${show(name)}; ${suggestion(name, [...Object.keys(rules), "p"])}`,
      );
    }
    const wrong = value === undefined ? undefined : rules[name].wrong(value);
    if (wrong) throw new RangeError(`${path}: ${name} of ${kind} ${wrong}, got ${show(value)}.`);
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (options[name] === undefined && rule.fallback === undefined) {
      throw new RangeError(`${path}: ${kind} needs the option ${name}.`);
    }
  }
  if ("asset" in rules && !assets[options.asset as string]?.length) {
    const have = Object.keys(assets).join(", ") || "none";
    throw new RangeError(
      `${path}: asset must be given and hold at least one clip, got ${show(options.asset)}; given: ${have}.`,
    );
  }
}

function checkOneOf(options: Record<string, unknown>, assets: AugmentAssets, path: string): void {
  const { transforms, weights, ...rest } = options;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) {
    throw new RangeError(
      `${path}: oneOf has no option ${show(unknown)}; ${suggestion(unknown, ["transforms", "weights", "p"])}`,
    );
  }
  if (!Array.isArray(transforms) || transforms.length === 0) {
    throw new RangeError(`${path}: transforms of oneOf must be a list with at least one transform.`);
  }
  checkTransforms(transforms, assets, `${path}.transforms`);
  if (weights === undefined) return;
  const fits =
    Array.isArray(weights) &&
    weights.length === transforms.length &&
    weights.every((w) => Number.isFinite(w) && w >= 0) &&
    weights.some((w) => w > 0);
  if (!fits) {
    throw new RangeError(
      `${path}: weights of oneOf must be ${transforms.length} numbers of at least 0, not all 0, got ${show(weights)}.`,
    );
  }
}

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

function suggestion(value: unknown, words: readonly string[]): string {
  const word = nearest(String(value), words);
  return word ? `did you mean ${word}?` : `known: ${words.join(", ")}.`;
}
