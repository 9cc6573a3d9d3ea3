import type { Recipe } from "./recipe.js";

/** Spoofed speech. */
export const spoof: Recipe = { name: "spoof", build: async () => undefined };
