import {
  type Fold as CorpusFold,
  groupKFold,
  groupSplit,
  kFold,
  leaveOneGroupOut,
  predefinedSplit,
  stratifiedSplit,
} from "@earshot/datasets";
import { UserError } from "../cli/errors.js";
import type { SplitSpec } from "../recipe/schema.js";
import type { Labelled } from "./items.js";
import { type Leak, plural, sharedGroups } from "./leakage.js";
import { holdOutToo, type UnseenFolds } from "./unseenToo.js";

/** One turn: item numbers of each part, rising. */
export interface Turn {
  /** "test" for a holdout, else the fold or the group left out. */
  name: string;
  train: number[];
  test: number[];
}

/** What is trained on and judged. */
export interface Plan {
  by: string;
  /** One sentence for reports: how the items were parted. */
  sentence: string;
  turns: Turn[];
  /** Groups found on both sides of a turn. */
  sharedGroups: Leak[];
}

interface PlanOptions {
  seed: number;
  /** What a group is called, such as "speaker". */
  groupKey?: string;
}

/** Beyond this many groups, leaving out one at a time costs more than it tells. */
const mostSingleGroups = 8;

/**
 * Parts the items as the recipe says.
 *
 * @throws UserError or RangeError in one sentence: a class with one item, too few groups, no official parts
 */
export function planSplit(items: readonly Labelled[], spec: SplitSpec, options: PlanOptions): Plan {
  requireLearnable(items);
  if (spec.by === "predefined" && spec.otherwise !== null && officialParts(items).length < 2) {
    const by = items.every((item) => item.group !== undefined) ? spec.otherwise : "item";
    return planSplit(items, { ...spec, by, otherwise: null }, options);
  }
  const { by } = spec;
  const { seed } = options;
  const groupKey = groupWord(options.groupKey);
  const index = new Map(items.map((item, i) => [item, i]));
  const numbers = (part: readonly Labelled[]): number[] => part.map((item) => index.get(item) ?? -1);
  const parted = partItems(items, spec, seed, groupKey);
  const held = spec.unseen ? holdOutToo(items, parted.folds, spec.unseen, seed) : undefined;
  const { folds } = held ?? parted;
  const sentence = held && spec.unseen ? withValues(parted.sentence, held, spec.unseen.attribute) : parted.sentence;
  const turns = folds.map(({ name, train, test }) => {
    requireClasses(train, test, name);
    return { name, train: numbers(train), test: numbers(test) };
  });
  return { by, sentence, turns, sharedGroups: sharedGroups(items, turns, groupKey) };
}

const withValues = (sentence: string, { values, families }: UnseenFolds, attribute: string): string =>
  `${sentence}, nor any ${attribute} of ${values} (${families} families) that it is judged on`;

function partItems(
  items: readonly Labelled[],
  { by, test, folds, stratify, unseen }: SplitSpec,
  seed: number,
  groupKey: string,
): { sentence: string; folds: CorpusFold<Labelled>[] } {
  const percent = `${Math.round((1 - test) * 100)}/${Math.round(test * 100)}`;
  if (by === "item") {
    if (typeof folds === "number") {
      const sentence = `${folds} folds at random${stratify ? ", classes kept in proportion" : ""}, all judged`;
      return { sentence, folds: kFold(items, { folds, seed, ...(stratify && { stratify: "label" }) }) };
    }
    const sentence = `${percent} at random${stratify ? ", classes kept in proportion" : ""}`;
    const whole = stratify ? stratifiedSplit(items, { testShare: test, seed }) : plainSplit(items, test, seed);
    return { sentence, folds: [{ name: "test", ...whole }] };
  }
  if (by === "predefined") {
    const parts = officialParts(items);
    if (parts.length < 2) {
      throw new UserError(
        "split.by is predefined, but this corpus has no official parts; split by item or group instead.",
      );
    }
    if (parts.includes("test")) {
      return { sentence: "the corpus' official test part", folds: [{ name: "test", ...predefinedSplit(items) }] };
    }
    return {
      sentence: `the corpus' ${parts.length} official folds, all judged`,
      folds: leaveOneGroupOut(items, { key: "split" }),
    };
  }
  const what = by === "group" ? groupKey : by;
  const groups = new Set(items.map((item) => groupOf(item, by)));
  if (groups.size < 2) {
    throw new UserError(
      `split.by is ${what}, but all items are of one ${what} (${[...groups].join()}); record more or split by item.`,
    );
  }
  if (items.every((item) => item.label === groupOf(item, by))) {
    throw new UserError(
      `split.by is ${what}, which is also what is learned: a ${what} never heard cannot be named; split by item.`,
    );
  }
  const key = (item: Labelled): string => groupOf(item, by);
  if (folds === "holdout") {
    const sentence = `${percent} by ${what}: nobody judged was in training`;
    return {
      sentence,
      folds: [{ name: "test", ...groupSplit(items, { testShare: test, seed, key, stratify: "label" }) }],
    };
  }
  if (folds === "auto" ? groups.size <= mostSingleGroups : folds >= groups.size) {
    const sentence = `each of ${groups.size} ${plural(what)} judged by a model that never met it`;
    return { sentence, folds: leaveOneGroupOut(items, { key }) };
  }
  const count = folds === "auto" ? 5 : folds;
  const sentence = `${count} folds over ${groups.size} ${plural(what)}, all judged by models that never met them`;
  return {
    sentence,
    folds: groupKFold(items, { folds: count, seed, key, stratify: unseen ? corpusAndLabel : "label" }),
  };
}

/** Every fold has its share of every corpus. */
const corpusAndLabel = ({ label, attributes }: Labelled): string => `${attributes?.corpus ?? ""}/${label}`;

const officialParts = (items: readonly Labelled[]): string[] =>
  [...new Set(items.map((item) => item.split ?? ""))].sort();

const plainSplit = (items: readonly Labelled[], testShare: number, seed: number) =>
  stratifiedSplit(items, { testShare, seed, by: () => "all" });

/** A group's name; "group" or the name of an attribute. */
export function groupOf(item: Labelled, by: string): string {
  const value = by === "group" ? item.group : (item.attributes?.[by] ?? (by === "speaker" ? item.group : undefined));
  if (value !== undefined) return String(value);
  const known = ["item", ...(item.group !== undefined ? ["group"] : []), ...Object.keys(item.attributes ?? {})];
  throw new UserError(`Items cannot be split by "${by}": ${item.id} has none; known are ${known.join(", ")}.`);
}

function requireLearnable(items: readonly Labelled[]): void {
  const classes = [...new Set(items.map((item) => item.label))];
  if (classes.length < 2) {
    throw new UserError(
      `At least two classes are needed to train, this data has ${classes.length === 1 ? `only "${classes[0]}"` : "none"}.`,
    );
  }
  const lone = loneClass(items);
  if (lone) {
    throw new UserError(
      `Class "${lone.label}" has a single item (${lone.id}): one is needed to train and one to judge; add recordings or leave the class out with --set data.labels=[…].`,
    );
  }
}

function loneClass(items: readonly Labelled[]): Labelled | undefined {
  const counts = new Map<string, number>();
  for (const { label } of items) counts.set(label, (counts.get(label) ?? 0) + 1);
  return items.find(({ label }) => counts.get(label) === 1);
}

function requireClasses(train: readonly Labelled[], test: readonly Labelled[], name: string): void {
  const known = new Set(train.map((item) => item.label));
  if (known.size < 2) {
    throw new UserError(
      `Turn "${name}" of the split would train on the single class "${[...known][0]}"; choose another split.`,
    );
  }
  const unseen = test.find((item) => !known.has(item.label));
  if (unseen) {
    throw new UserError(
      `Turn "${name}" of the split judges class "${unseen.label}" without training on it; choose another split.by or more items.`,
    );
  }
}

/** What a corpus calls its groups, where that is one word. */
export const groupWord = (key: string | undefined): string => (key && /^\w+$/.test(key) ? key : "group");
