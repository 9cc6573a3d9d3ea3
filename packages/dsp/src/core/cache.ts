/**
 * Remembers what was made for the keys used last.
 *
 * For tables and kernels that cost more than the work they do on a short clip; what is kept must have no state that a user can see.
 */
export function createCache<T>(capacity: number): (key: string, make: () => T) => T {
  const entries = new Map<string, T>();
  return (key, make) => {
    let entry = entries.get(key);
    if (entry === undefined) entry = make();
    else entries.delete(key);
    entries.set(key, entry);
    if (entries.size > capacity) entries.delete(entries.keys().next().value as string);
    return entry;
  };
}

/** Text that tells plain options apart; JSON alone writes NaN and null the same. */
export function cacheKey(options: object): string {
  return JSON.stringify(options, (_, value) =>
    Number.isFinite(value) || typeof value !== "number" ? value : `${value}`,
  );
}
