import { esc10 } from "@earshot/datasets/node";
import { logisticRegression, pipeline, standardScaler } from "@earshot/models";
import { frontEnd } from "./frontEnd.js";
import { crossValidate } from "./judge.js";
import type { Fit, Recipe } from "./recipe.js";
import { cutWindows, type Sample, toSamples } from "./windows.js";

const windows = {
  features: {
    ...frontEnd,
    deltas: 1 as const,
    pool: { statistics: ["mean" as const, "std" as const, "max" as const], segments: 1 },
  },
  windowSec: 2,
  stepSec: 0.5,
  variations: 1,
};

const fit: Fit = async ({ x, y }) =>
  pipeline(standardScaler(), logisticRegression({ c: 0.01, maxIter: 300 })).fit(x, y);

/** Ten everyday sounds of ESC-10. */
export const sounds: Recipe = {
  name: "sounds",
  async build(find) {
    const root = find(/esc-?10|esc-?50/i);
    if (!root) return undefined;
    const corpus = await esc10({ root });
    const folds = new Map(corpus.items.map((item) => [`esc/${item.id}`, item.split ?? "fold1"]));
    const samples: Sample[] = toSamples(corpus.items, "esc").map((s) => ({ ...s, group: folds.get(s.id) ?? s.group }));
    const train = await cutWindows(samples, windows);
    const { clipUar, windowUar } = await crossValidate(samples, train, fit, new Set(folds.values()).size);
    return {
      recordings: samples.length,
      windows,
      model: await fit(train),
      live: { task: "sounds", title: "Sounds", threshold: 0.5 },
      data: {
        name: corpus.title,
        licence: corpus.licence,
        citation: corpus.citation,
        url: corpus.url,
      },
      metrics: { uarUnseenFold: clipUar, uarUnseenFoldPerWindow: windowUar },
      notes: [
        "Judged fold by fold, as the corpus is divided: no recording's source is on both sides. Ten classes, chance is 0.1.",
        "Knows ten sounds and calls everything one of them. Not for alarms.",
      ],
    };
  },
};
