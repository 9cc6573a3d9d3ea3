import { UserError } from "../cli/errors.js";
import type { OpenedData } from "../data/openData.js";
import type { Recipe } from "../recipe/schema.js";
import type { Labelled } from "./items.js";
import { describeLeaks, itemWord, type Leak, plural, sharedContent } from "./leakage.js";
import { type Plan, planSplit } from "./planSplit.js";

/**
 * The harder split that a recipe wants judged beside the main one.
 *
 * @returns undefined where it wants none, null where the data do not allow it: one group alone, or items without any
 */
export function planBeside(
  { split, seed }: Pick<Recipe, "split" | "seed">,
  items: readonly Labelled[],
  groupKey: string | undefined,
): Plan | null | undefined {
  if (split.beside === null || split.by === split.beside) return undefined;
  const groups = new Set(items.map((item) => item.group));
  if (groups.size < 2 || groups.has(undefined)) return null;
  return planSplit(items, { ...split, by: split.beside, folds: "auto" }, { seed, ...(groupKey && { groupKey }) });
}

/**
 * Refuses a split of which a group, or items of one content, stand on both sides.
 *
 * A recipe that judges strangers too (`split.beside`) may share groups, for it says both figures; one that says `split.allowLeakage` may share anything.
 *
 * @param prepared items, and hashes of their decoded content where it is known already
 * @returns what leaks, where that is allowed
 * @throws UserError naming groups and items, and the ways out
 */
export function requireHonestSplit(
  { recipe, data }: { recipe: Pick<Recipe, "data" | "split" | "seed">; data: Pick<OpenedData, "corpus"> },
  { items, hashes }: { items: readonly Labelled[]; hashes?: readonly string[] },
  plan: Plan,
): Leak[] {
  const beside = planBeside(recipe, items, data.corpus.groupKey);
  const groups = beside === null || beside?.sharedGroups.length === 0 ? [] : plan.sharedGroups;
  const turns = [...plan.turns, ...(beside?.turns ?? [])];
  const content = hashes ? sharedContent({ items, hashes }, turns, itemWord(recipe.data.kind)) : [];
  const leaks = [...groups, ...content];
  if (leaks.length > 0 && !recipe.split.allowLeakage) {
    throw new UserError(
      `${describeLeaks(leaks)}; ${waysOut(leaks[0], new Set(items.map((item) => item.group)).size)}.`,
    );
  }
  return leaks;
}

/** The recipe as --allow-leakage changes it. */
export const allowing = (recipe: Recipe, allow = false): Recipe =>
  allow ? { ...recipe, split: { ...recipe.split, allowLeakage: true } } : recipe;

function waysOut({ kind, group }: Leak, groups: number): string {
  const flag = "run with --allow-leakage, which the report says in its first line";
  if (group === undefined) return `remove one of each two, or ${flag}`;
  if (groups < 2) return `record more ${plural(kind)}, or ${flag}`;
  return `keep each ${kind} on one side with --set split.by=group, judge both ways with --set split.beside=group, or ${flag}`;
}
