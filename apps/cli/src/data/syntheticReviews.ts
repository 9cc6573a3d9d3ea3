import type { Corpus, Item } from "@earshot/datasets";
import { createRng } from "@earshot/dsp";

const things = ["film", "plot", "acting", "ending", "score", "dialogue", "camera work", "cast", "pacing", "story"];
const words = {
  pos: ["wonderful", "moving", "brilliant", "funny", "gripping", "warm", "clever", "beautiful", "honest", "memorable"],
  neg: ["dull", "clumsy", "tedious", "awful", "predictable", "cold", "silly", "ugly", "hollow", "forgettable"],
};
const openings = [
  "I saw this last week.",
  "Where to begin?",
  "My sister chose it.",
  "A long evening.",
  "So much was promised.",
];

export interface SyntheticReviewOptions {
  reviews: number;
  seed: number;
}

/**
 * Made-up reviews, half of them kind: two to six sentences in which most words, but not all, lean to one side.
 *
 * @returns items whose text is the same for the same seed
 */
export function syntheticReviews({ reviews, seed }: SyntheticReviewOptions): Corpus<string> {
  const rng = createRng(seed);
  const pick = (list: readonly string[]): string => list[rng.integer(0, list.length - 1)];
  const items = Array.from({ length: reviews }, (_, i): Item<string> => {
    const label = i % 2 === 0 ? "pos" : "neg";
    const sentences = Array.from({ length: rng.integer(2, 6) }, () => {
      const side = rng.next() < 0.75 ? label : label === "pos" ? "neg" : "pos";
      return `The ${pick(things)} was ${pick(words[side])}.`;
    });
    const text = [pick(openings), ...sentences].join(" ");
    return {
      id: `review${String(i).padStart(5, "0")}`,
      label,
      split: i % 10 < 8 ? "train" : "test",
      load: async () => text,
    };
  });
  return {
    name: "syntheticReviews",
    title: "made-up reviews",
    licence: "MIT, as Earshot itself",
    citation: "made by @earshot/cli",
    url: "https://www.npmjs.com/package/@earshot/cli",
    items,
    classes: ["neg", "pos"],
  };
}
