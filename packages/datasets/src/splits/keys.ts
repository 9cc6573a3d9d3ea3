import type { Item } from "../corpora/types.js";

/** What the splits need to know of an item. */
export type Splittable = Pick<Item, "id" | "label" | "group" | "split" | "attributes">;

/** How an item is put into a class or group: a name of a field or attribute, or a function. */
export type Key<T> = string | ((item: T) => string | undefined);

/**
 * A key as a function: "label", "group", "split", "id", or the name of an attribute such as "speaker".
 *
 * @throws RangeError if an item has no such value
 */
export function keyOf<T extends Splittable>(fn: string, name: string, key: Key<T>): (item: T) => string {
  return (item) => {
    const value = typeof key === "function" ? key(item) : fieldOf(item, key);
    if (value === undefined) {
      const known = ["label", "group", "split", ...Object.keys(item.attributes ?? {})].filter(
        (k) => fieldOf(item, k) !== undefined,
      );
      const hint = known.length > 0 ? `; it has ${known.join(", ")}` : "";
      throw new RangeError(
        `${fn}: item ${JSON.stringify(item.id)} has no ${typeof key === "function" ? name : JSON.stringify(key)}${hint}.`,
      );
    }
    return value;
  };
}

function fieldOf(item: Splittable, key: string): string | undefined {
  if (key === "label" || key === "group" || key === "split" || key === "id") return item[key];
  const value = item.attributes?.[key];
  return value === undefined ? undefined : String(value);
}
