import { type Corpus, CorpusError, type CorpusInfo, type Item } from "./types.js";

/**
 * Puts a corpus together: sorts the items, lists the classes, refuses what cannot be learnt from.
 *
 * @param items in any order
 * @param options.classes order of the classes (default: sorted, numbers by value)
 * @param options.source what was looked through, for messages
 * @param options.expected what was looked for, for messages
 * @throws CorpusError if there is no item
 */
export function assembleCorpus<T>(
  info: CorpusInfo,
  items: Item<T>[],
  { classes, source, expected }: { classes?: readonly string[]; source: string | { source: string }; expected: string },
): Corpus<T> {
  if (items.length === 0) {
    throw new CorpusError(
      `${info.name}: found no ${expected} in ${nameOf(source)}; is it the folder or archive of ${info.title}?`,
    );
  }
  items.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const used = new Set<string>();
  for (const { label } of items) if (label !== undefined) used.add(label);
  const known = new Set(classes);
  const order = classes
    ? [...classes.filter((c) => used.has(c)), ...sortLabels([...used].filter((c) => !known.has(c)))]
    : sortLabels([...used]);
  return { ...info, items, classes: order };
}

/** What people call a folder, an archive or files that were listed elsewhere. */
export const nameOf = (root: string | { source: string }): string => (typeof root === "string" ? root : root.source);

/** Labels sorted: numbers by value, the rest by code points, so that every machine agrees. */
export function sortLabels(labels: readonly string[]): string[] {
  const numeric = labels.every((label) => label !== "" && Number.isFinite(Number(label)));
  return [...labels].sort((a, b) => (numeric ? Number(a) - Number(b) : 0) || (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * The value of an option that names one of a few, or an error with the nearest.
 *
 * @throws RangeError if it is none of them
 */
export function requireOneOf<T extends string>(fn: string, name: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) {
    throw new RangeError(
      `${fn}: ${name} must be ${allowed.map((a) => `"${a}"`).join(" or ")}, got ${JSON.stringify(value)}.`,
    );
  }
  return value;
}
