import type { Fold } from "@earshot/datasets";
import { createRng } from "@earshot/dsp";
import { UserError } from "../cli/errors.js";
import type { SplitSpec } from "../recipe/schema.js";
import type { Labelled } from "./items.js";

type UnseenSpec = NonNullable<SplitSpec["unseen"]>;

/** Data of no more items are judged by every pair of folds, for one pair in a row would leave too few to say anything. */
const fewItems = 200;

/** Folds of groups in which an attribute's values, too, are judged by models that never met them. */
export interface UnseenFolds {
  folds: Fold<Labelled>[];
  /** How many values, and how many families of them, the items have. */
  values: number;
  families: number;
}

/**
 * Parts the values of an attribute, such as spoofing methods, into as many folds as there are of groups, and takes from each turn's training what it
 * judges: a turn judges the values of its fold alone, on groups of its fold alone.
 *
 * Values of a class that has one value alone (bona fide speech has no method) are in every turn. Where items are few, every fold of groups is judged
 * with every fold of values; each item is judged once.
 *
 * @throws UserError if there are fewer families of values than folds
 */
export function holdOutToo(
  items: readonly Labelled[],
  folds: readonly Fold<Labelled>[],
  { attribute, together }: UnseenSpec,
  seed: number,
): UnseenFolds {
  const read = (item: Labelled): string => String(item.attributes?.[attribute] ?? "");
  const valuesOf = groupBy(items, (item) => item.label, read);
  const undivided = new Set([...valuesOf].filter(([, own]) => new Set(own).size === 1).map(([label]) => label));
  const familyOf = (item: Labelled): string => together.find((family) => read(item).includes(family)) ?? read(item);
  const divided = items.filter((item) => !undivided.has(item.label));
  const families = groupBy(divided, familyOf, corpusOf);
  if (families.size < folds.length) {
    throw new UserError(
      `split.unseen: ${folds.length} folds need as many kinds of ${attribute}, these items have ${families.size} (${[...families.keys()].join(", ") || "none"}); --set split.folds=${Math.max(2, families.size)} or --set split.unseen=null.`,
    );
  }
  const partOf = spread(families, folds.length, seed);
  const isDivided = (item: Labelled): boolean => !undivided.has(item.label);
  const turns = items.length <= fewItems ? folds.length : 1;
  const all = folds.flatMap(({ name, train, test }, f) =>
    Array.from({ length: turns }, (_, turn): Fold<Labelled> => {
      const part = (f + turn) % folds.length;
      const judgedHere = (item: Labelled): boolean => partOf.get(familyOf(item)) === part;
      let place = 0;
      return {
        name: turns > 1 ? `${name}.${turn + 1}` : name,
        train: train.filter((item) => !isDivided(item) || !judgedHere(item)),
        test: test.filter((item) => (isDivided(item) ? judgedHere(item) : place++ % turns === turn)),
      };
    }),
  );
  const kept = all.filter(({ test }) => test.length > 0);
  return { folds: kept, values: new Set(divided.map(read)).size, families: families.size };
}

const corpusOf = ({ attributes }: Labelled): string => String(attributes?.corpus ?? "");

function groupBy(
  items: readonly Labelled[],
  keyOf: (item: Labelled) => string,
  read: (item: Labelled) => string,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const item of items) {
    const own = groups.get(keyOf(item)) ?? [];
    own.push(read(item));
    groups.set(keyOf(item), own);
  }
  return groups;
}

/**
 * Families over folds, the largest first, each to the fold with the fewest items of its corpora, then of all: were one corpus' families all in one fold, whoever
 * is judged on them would have learned that this corpus is never spoofed.
 *
 * @param families of each, the corpus of every item
 */
function spread(families: ReadonlyMap<string, readonly string[]>, folds: number, seed: number): Map<string, number> {
  const rng = createRng(seed);
  const order = [...families]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) => ({ name, own, place: rng.next() }));
  order.sort((a, b) => b.own.length - a.own.length || a.place - b.place);
  const held = Array.from({ length: folds }, () => ({ items: 0, ofCorpus: new Map<string, number>() }));
  const parts = new Map<string, number>();
  for (const { name, own } of order) {
    const kin = held.map(({ ofCorpus }) => own.reduce((sum, corpus) => sum + (ofCorpus.get(corpus) ?? 0), 0));
    const least = held.reduce(
      (best, { items }, i) => (kin[i] < kin[best] || (kin[i] === kin[best] && items < held[best].items) ? i : best),
      0,
    );
    parts.set(name, least);
    held[least].items += own.length;
    for (const corpus of own) held[least].ofCorpus.set(corpus, (held[least].ofCorpus.get(corpus) ?? 0) + 1);
  }
  return parts;
}
