import { UsageError } from "../cli/errors.js";
import type { Recipe } from "../recipe/schema.js";

/** How much a trial may cost: epochs of a network, or a share of the training items. */
export interface Budget {
  /** Settings that are laid over the trial's own. */
  settings: string[];
  /** Of the training items of each fold, 0..1. */
  share: number;
  /** For people. */
  shown: string;
}

const whole: Budget = { settings: [], share: 1, shown: "" };

/**
 * Budgets of the rungs of successive halving, each eta times the one before.
 *
 * @param asked `model.epochs=3..27` or `items=0.1..1`; by default two rungs below what the recipe says, of epochs where it has them, else of items
 * @throws UsageError if there is no such budget, or its ends leave no room for two rungs
 */
export function budgetsOf(asked: string | undefined, recipe: Recipe, eta: number): Budget[] {
  const { epochs } = recipe.model as { epochs?: unknown };
  const usual =
    typeof epochs === "number"
      ? `model.epochs=${Math.max(1, Math.round(epochs / eta ** 2))}..${epochs}`
      : `items=${1 / eta ** 2}..1`;
  const text = asked ?? usual;
  const parts = /^(.+)=([\d.e-]+?)\.\.([\d.e]+)$/.exec(text);
  const [, path = "", low = "", high = ""] = parts ?? [];
  const [least, most] = [Number(low), Number(high)];
  const items = path === "items";
  if (!parts || !(least > 0 && least < most) || (items && most > 1) || (!items && !Number.isInteger(least * most))) {
    throw new UsageError(`--budget is model.epochs=3..27 or items=0.1..1, from little to much; got "${text}".`);
  }
  const count = 1 + Math.floor(Math.log(most / least) / Math.log(eta) + 1e-9);
  if (count < 2)
    throw new UsageError(`--budget ${text} leaves no room for halving by ${eta}; begin lower, or lower --eta.`);
  return Array.from({ length: count }, (_, rung): Budget => {
    const value = most / eta ** (count - 1 - rung);
    if (!items) return { ...whole, settings: [`${path}=${Math.round(value)}`], shown: `${path}=${Math.round(value)}` };
    return { ...whole, share: value, shown: `${Number((100 * value).toPrecision(3))} % of the items` };
  });
}

/** The one budget of a search that judges every trial to the end. */
export const wholeBudget: readonly Budget[] = [whole];
