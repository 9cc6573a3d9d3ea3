import { UserError } from "../cli/errors.js";
import type { Labelled } from "./items.js";
import type { Plan } from "./planSplit.js";

/** Two items with the same sound, one trained on and one judged. */
export interface Leak {
  trained: string;
  judged: string;
}

/**
 * Finds identical recordings on both sides of a turn.
 *
 * @param hashes of the decoded sound of each item
 * @returns the pairs, when leakage is allowed
 * @throws UserError naming a pair, unless leakage is allowed
 */
export function findLeakage(
  { items, hashes }: { items: readonly Labelled[]; hashes: readonly string[] },
  { turns }: Pick<Plan, "turns">,
  allow: boolean,
): Leak[] {
  const leaks = new Map<string, Leak>();
  for (const { train, test } of turns) {
    const trained = new Map(train.map((i) => [hashes[i], i]));
    for (const i of test) {
      const twin = trained.get(hashes[i]);
      if (twin !== undefined) leaks.set(items[i].id, { trained: items[twin].id, judged: items[i].id });
    }
  }
  const found = [...leaks.values()];
  if (found.length > 0 && !allow) {
    const [{ trained, judged }] = found;
    throw new UserError(
      `${found.length} judged ${found.length === 1 ? "item is" : "items are"} also trained on: ${judged} has the very sound of ${trained}; remove one of them, or run with --allow-leakage, which the report will say.`,
    );
  }
  return found;
}
