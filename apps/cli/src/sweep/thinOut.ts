import { createRng } from "@earshot/dsp";
import type { Labelled } from "../train/items.js";
import type { Plan } from "../train/planSplit.js";

/**
 * A plan whose turns train on a share of their items, drawn by the seed, of every class the same share and at least two; what they are
 * judged on stays. A larger share holds what a smaller one does.
 */
export function thinOut(plan: Plan, items: readonly Labelled[], share: number, seed: number): Plan {
  if (share >= 1) return plan;
  const rng = createRng(seed);
  const place = items.map(() => rng.next());
  const thin = (rows: readonly number[]): number[] => {
    const classes = new Map<string, number[]>();
    for (const row of rows) {
      const own = classes.get(items[row].label) ?? [];
      own.push(row);
      classes.set(items[row].label, own);
    }
    const kept = [...classes.values()].flatMap((own) =>
      [...own].sort((a, b) => place[a] - place[b]).slice(0, Math.max(2, Math.round(share * own.length))),
    );
    return kept.sort((a, b) => a - b);
  };
  return { ...plan, turns: plan.turns.map((turn) => ({ ...turn, train: thin(turn.train) })) };
}
