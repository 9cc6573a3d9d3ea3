/** Reads one option: returns its value (the default if undefined) or calls `fail` with the rule it breaks. */
export type OptionReader<T> = (value: unknown, fail: (rule: string) => never) => T;

type Readers = Record<string, OptionReader<unknown>>;
type Read<R extends Readers> = { [K in keyof R]: ReturnType<R[K]> };

/**
 * Options checked against their rules, with defaults filled in.
 *
 * @param fn what the error sentence starts with
 * @throws RangeError naming the option, its rule and the value; for an unknown key, the nearest known one
 */
export function readOptions<R extends Readers>(fn: string, options: object | undefined, readers: R): Read<R> {
  const given = { ...options } as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (!(key in readers))
      throw new RangeError(`${fn}: unknown option "${key}"; ${nearest(key, Object.keys(readers))}`);
  }
  const read = {} as Record<string, unknown>;
  for (const [key, reader] of Object.entries(readers)) {
    read[key] = reader(given[key], (rule) => {
      throw new RangeError(`${fn}: ${key} must be ${rule}, got ${show(given[key])}.`);
    });
  }
  return read as Read<R>;
}

interface Bounds {
  /** Lowest allowed. */
  min?: number;
  /** Highest allowed. */
  max?: number;
  /** Value must be greater than this. */
  above?: number;
}

/** A finite number within bounds. */
export const aNumber =
  (fallback: number, bounds: Bounds = {}): OptionReader<number> =>
  (value = fallback, fail) =>
    typeof value === "number" && Number.isFinite(value) && within(value, bounds)
      ? value
      : fail(`a number${rule(bounds)}`);

/** A whole number within bounds. */
export const aWhole =
  (fallback: number, bounds: Bounds = {}): OptionReader<number> =>
  (value = fallback, fail) =>
    typeof value === "number" && Number.isInteger(value) && within(value, bounds)
      ? value
      : fail(`a whole number${rule(bounds)}`);

/** true or false. */
export const aSwitch =
  (fallback: boolean): OptionReader<boolean> =>
  (value = fallback, fail) =>
    typeof value === "boolean" ? value : fail("true or false");

/** One of some words. */
export const oneOf =
  <const T extends string>(words: readonly T[], fallback: T): OptionReader<T> =>
  (value = fallback, fail) =>
    words.includes(value as T) ? (value as T) : fail(`one of ${words.join(", ")}`);

/** What one of two readers takes; the rules are joined with "or". */
export const either =
  <A, B>(first: OptionReader<A>, second: OptionReader<B>): OptionReader<A | B> =>
  (value, fail) => {
    try {
      return first(value, (one) => {
        throw new Refused(one);
      });
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      return second(value, (other) => fail(`${refused.rule} or ${other}`));
    }
  };

/** As the reader says, or absent. */
export const maybe =
  <T>(reader: OptionReader<T>): OptionReader<T | undefined> =>
  (value, fail) =>
    value === undefined || value === null ? undefined : reader(value, fail);

/** A list whose items the reader takes. */
export const aList =
  <T>(reader: OptionReader<T>, fallback: readonly T[] = []): OptionReader<readonly T[]> =>
  (value = fallback, fail) =>
    Array.isArray(value)
      ? value.map((item) => reader(item, (rule) => fail(`a list of which each item is ${rule}`)))
      : fail("a list");

/** Anything that a test accepts; `rule` completes "must be …". */
export const passing =
  <T>(fallback: T, accepts: (value: unknown) => boolean, rule: string): OptionReader<T> =>
  (value = fallback, fail) =>
    accepts(value) ? (value as T) : fail(rule);

/** Any text. */
export const aText = (fallback: string): OptionReader<string> =>
  passing(fallback, (v) => typeof v === "string", "text");

class Refused {
  constructor(readonly rule: string) {}
}

const within = (value: number, { min = -Infinity, max = Infinity, above = -Infinity }: Bounds): boolean =>
  value >= min && value <= max && value > above;

function rule({ min, max, above }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` in [${min}, ${max}]`;
  const low = above !== undefined ? ` above ${above}` : min !== undefined ? ` of at least ${min}` : "";
  return max !== undefined ? `${low}${low ? " and" : " of"} at most ${max}` : low;
}

function show(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (value === null || typeof value !== "object") return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

/** "did you mean …?" for a near miss, else the list of what is known. */
export function nearest(word: string, known: readonly string[]): string {
  const ranked = known.map((k) => ({ k, d: distance(word.toLowerCase(), k.toLowerCase()) })).sort((a, b) => a.d - b.d);
  const best = ranked[0];
  if (best && best.d <= Math.max(2, Math.floor(word.length / 3))) return `did you mean "${best.k}"?`;
  return known.length ? `known are ${[...known].sort().join(", ")}.` : "none is known.";
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
