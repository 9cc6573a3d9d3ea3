import { type Key, keyOf, type Splittable } from "./keys.js";

/** Something that stands on both sides of a split. */
export interface Leak {
  /** What it is: "group", "speaker", "sentence" …, "id", or "audio" for identical sound. */
  kind: string;
  /** The group, speaker … or the fingerprint of the sound. */
  value: string;
  /** Ids of the items on each side. */
  train: string[];
  test: string[];
}

/** Options of {@link findLeakage}. */
export interface LeakageOptions<T> {
  /** What must not straddle: "group", "id", names of attributes (default "group" and "id", where items have them). */
  by?: readonly Key<T>[];
  /** Fingerprints of the sound by id, from {@link hashClip}: identical sound on both sides is found too. */
  hashes?: ReadonlyMap<string, string>;
}

/**
 * Finds what would make a test look better than it is: a speaker, sentence, recording or identical sound on both sides.
 *
 * Items without the value asked for cannot leak by it.
 *
 * @returns leaks in the order of `by`, sound last; empty for an honest split
 * @throws RangeError if no item at all has a value that `by` names: a slip of the pen must not look like an honest split
 */
export function findLeakage<T extends Splittable>(
  { train, test }: { train: readonly T[]; test: readonly T[] },
  { by, hashes }: LeakageOptions<T> = {},
): Leak[] {
  for (const key of by ?? []) {
    const first = train[0] ?? test[0];
    if (first && ![train, test].some((part) => part.some((item) => valueUnder(key, item) !== undefined))) {
      keyOf<T>("findLeakage", "value by its key", key)(first); // says what the first lacks and what it has
    }
  }
  const leaks = (by ?? ["id", "group"]).flatMap((key) =>
    shared(typeof key === "function" ? "group" : key, train, test, (item) => valueUnder(key, item)),
  );
  return hashes ? [...leaks, ...shared("audio", train, test, (item) => hashes.get(item.id))] : leaks;
}

/** One sentence that says what leaks, with the first items of each kind. */
export function describeLeakage(leaks: readonly Leak[]): string {
  const kinds = [...new Set(leaks.map((leak) => leak.kind))];
  const parts = kinds.map((kind) => {
    const own = leaks.filter((leak) => leak.kind === kind);
    const { value, train, test } = own[0];
    const what = kind === "audio" ? "identical sound" : `${kind} ${JSON.stringify(value)}`;
    const more = own.length > 1 ? ` and ${own.length - 1} more` : "";
    return `${what} (${train[0]} in training, ${test[0]} in test)${more}`;
  });
  return `training and test share ${parts.join("; ")}`;
}

function valueUnder<T extends Splittable>(key: Key<T>, item: T): string | undefined {
  try {
    return keyOf<T>("findLeakage", "by", key)(item);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function shared<T extends Splittable>(
  kind: string,
  train: readonly T[],
  test: readonly T[],
  value: (item: T) => string | undefined,
): Leak[] {
  const left = new Map<string, string[]>();
  for (const item of train) {
    const v = value(item);
    if (v === undefined) continue;
    const ids = left.get(v);
    if (ids) ids.push(item.id);
    else left.set(v, [item.id]);
  }
  const leaks = new Map<string, Leak>();
  for (const item of test) {
    const v = value(item);
    const ids = v === undefined ? undefined : left.get(v);
    if (v === undefined || !ids) continue;
    const leak = leaks.get(v);
    if (leak) leak.test.push(item.id);
    else leaks.set(v, { kind, value: v, train: ids, test: [item.id] });
  }
  return [...leaks.values()];
}
