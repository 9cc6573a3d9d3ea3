import type { AugmentSpec } from "../features/clipFeatures.js";
import type { Recipe } from "../recipe/schema.js";

/** What changed copies to make, as many as the size of the corpus leaves sensible; null for none. */
export function copiesFor({ augment }: Pick<Recipe, "augment">, items: number): AugmentSpec | null {
  const copies = augment ? Math.min(augment.copies, Math.floor(augment.upTo / items) - 1) : 0;
  return augment && copies > 0 ? { copies, transforms: augment.transforms as AugmentSpec["transforms"] } : null;
}
