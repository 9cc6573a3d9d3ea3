import type { Chance } from "./chance.js";

type Parent = Record<string, unknown> | unknown[];
interface Slot {
  parent: Parent;
  key: string | number;
}

/** Values that checks forget: of every kind, at the ends of the ranges, and names that every object has. */
const oddValues = [
  ...["null", "true", "false", "0", "-0", "-1", "1", "0.5", "3", "1e308", "-1e308", "1e999", "5e-324", "2147483648"],
  ...[
    "4294967296",
    "9007199254740993",
    '""',
    '"x"',
    '"__proto__"',
    '"constructor"',
    '"toString"',
    '"NaN"',
    '"\\ud800"',
  ],
  ...[
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "[0]",
    "[1e9]",
    '{"toString":1}',
    '{"length":-1}',
    '{"__proto__":{"x":1}}',
    '"a,b"',
  ],
];
const oddKeys = ["__proto__", "constructor", "toString", "length", "then", "", "0", "kind", "$tensor"];

/**
 * A few random changes to the tree of a JSON text: entries dropped, swapped for odd values or for entries of another text, renamed, doubled, nested.
 *
 * @param text valid JSON
 * @param other valid JSON to take entries from
 * @returns JSON text
 */
export function mutateJson(text: string, other: string, chance: Chance): string {
  const holder = { root: JSON.parse(text) as unknown };
  for (let changes = chance.integer(1, 3); changes > 0; changes--) change(holder, other, chance);
  return JSON.stringify(holder.root) ?? "null";
}

function change(holder: { root: unknown }, other: string, chance: Chance): void {
  const { parent, key } = pick(holder as Record<string, unknown>, chance);
  const here = get(parent, key);
  switch (chance.integer(0, 7)) {
    case 0:
      if (Array.isArray(parent)) parent.splice(key as number, 1);
      else if (parent !== (holder as unknown)) delete parent[key];
      break;
    case 1:
    case 2:
      set(parent, key, JSON.parse(chance.of(oddValues)));
      break;
    case 3: {
      const found = pick({ root: JSON.parse(other) }, chance);
      set(parent, key, get(found.parent, found.key));
      break;
    }
    case 4:
      if (Array.isArray(parent)) parent.push(here);
      else set(parent, chance.of(oddKeys), here);
      break;
    case 5:
      set(parent, key, chance.next() < 0.5 ? [here] : { [chance.of(oddKeys)]: here });
      break;
    case 6:
      if (typeof here === "number") set(parent, key, here * chance.of([-1, 2, 0.5, 1e9]) + chance.of([0, 1, -1]));
      else if (typeof here === "string") set(parent, key, here.slice(0, chance.integer(0, here.length)));
      else if (Array.isArray(here)) here.length = Math.min(here.length, chance.integer(0, here.length));
      else set(parent, key, chance.integer(-10, 10));
      break;
    default: {
      const from = pick(holder as Record<string, unknown>, chance);
      // A copy: what holds itself is no JSON.
      set(parent, key, JSON.parse(JSON.stringify(get(from.parent, from.key)) ?? "null"));
    }
  }
}

const get = (parent: Parent, key: string | number): unknown => (parent as Record<string | number, unknown>)[key];

/** As JSON.parse would: `__proto__` is a key like any other. */
function set(parent: Parent, key: string | number, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A random walk down the tree that ends at an entry: entries near the top come often, whatever hangs below them. */
function pick(root: Record<string, unknown>, chance: Chance): Slot {
  let slot: Slot = { parent: root, key: "root" };
  for (;;) {
    const value = get(slot.parent, slot.key);
    if (value === null || typeof value !== "object" || chance.next() < 0.15) return slot;
    const keys = Array.isArray(value) ? value.length : Object.keys(value);
    if (keys === 0 || (Array.isArray(keys) && keys.length === 0)) return slot;
    slot = {
      parent: value as Parent,
      key: typeof keys === "number" ? chance.integer(0, keys - 1) : chance.of(keys),
    };
  }
}
