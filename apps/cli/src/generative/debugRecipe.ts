import type { GenerativeRecipe } from "./schema.js";

/** A few recordings, small networks and three epochs: everything runs, nothing is learned well. */
export function debugRecipe(recipe: GenerativeRecipe): GenerativeRecipe {
  const smaller = (channels: unknown, fallback: number[]): number[] =>
    (Array.isArray(channels) ? channels : fallback).map((c) => Math.max(8, Math.round(c / 4)));
  const { model } = recipe;
  const small = {
    channels: smaller(model.channels, [128, 64, 32, 16]),
    otherChannels: smaller(model.otherChannels, [16, 32, 64, 128]),
    ...{ latent: 16, units: 32, steps: 8, epochs: 3, batchSize: 16 },
  };
  const data =
    "synthetic" in recipe.data && recipe.data.synthetic
      ? { ...recipe.data, synthetic: { ...recipe.data.synthetic, speakers: 4, takes: 3 } }
      : { ...recipe.data, maxItems: 160 };
  return {
    ...recipe,
    data: data as GenerativeRecipe["data"],
    crops: 1,
    model: { ...model, ...small },
    samples: { every: 2, perClass: 1 },
    judge: { ...recipe.judge, epochs: 2, perClass: 2, augmentation: false },
  };
}
