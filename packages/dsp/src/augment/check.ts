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
  const text = String(value);
  const nearest = [...words].sort((a, b) => distance(text, a) - distance(text, b))[0];
  return distance(text, nearest) <= Math.max(2, nearest.length / 3)
    ? `did you mean ${nearest}?`
    : `known: ${words.join(", ")}.`;
}

/** Letters to insert, drop or change to get from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1].toLowerCase() === b[j - 1].toLowerCase() ? 0 : 1;
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + change));
    }
    row = next;
  }
  return row[b.length];
}
