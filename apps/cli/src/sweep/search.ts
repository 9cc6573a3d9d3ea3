import { UsageError } from "../cli/errors.js";
import type { Recipe } from "../recipe/schema.js";
import { type Budget, budgetsOf, wholeBudget } from "./budget.js";
import { drawTrials, isRange } from "./draw.js";
import { gridOf, type Trial } from "./grid.js";

/** How settings are looked for: every combination, so many drawn at random, or many judged roughly and few thoroughly. */
export type Search =
  | { kind: "grid" }
  | { kind: "random"; trials: number; seed: number }
  | {
      kind: "halving";
      /** Drawn at random; without, every combination. */
      trials?: number;
      seed: number;
      /** `model.epochs=3..27` or `items=0.1..1` (default: two rungs below the recipe's). */
      budget?: string;
      /** One in so many climbs (default 3). */
      eta?: number;
    };

/** What is tried, known before anything runs: the same for one worker or twenty. */
export interface SearchPlan {
  candidates: Trial[];
  /** What a candidate is given on each rung. */
  budgets: readonly Budget[];
  eta: number;
}

/** @throws UsageError if settings, trials and budget do not fit together */
export function planSearch(settings: readonly string[], search: Search, recipe: Recipe): SearchPlan {
  const drawn = search.kind !== "grid" && search.trials !== undefined;
  const range = settings.find(isRange);
  if (range !== undefined && !drawn) {
    throw new UsageError(`--set ${range} is a range: say how many values are drawn, with --search random --trials 20.`);
  }
  const candidates =
    search.kind !== "grid" && search.trials !== undefined
      ? drawTrials(settings, { trials: search.trials, seed: search.seed })
      : gridOf(settings);
  if (search.kind !== "halving") return { candidates, budgets: wholeBudget, eta: 1 };
  const { eta = 3 } = search;
  if (!(Number.isInteger(eta) && eta >= 2))
    throw new UsageError(`--eta must be a whole number of at least 2, got ${eta}.`);
  return { candidates, budgets: budgetsOf(search.budget, recipe, eta), eta };
}
