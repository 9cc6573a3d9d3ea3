import { ravdess } from "@earshot/datasets/node";
import { logisticRegression, pipeline, standardScaler } from "@earshot/models";
import { frontEnd } from "./frontEnd.js";
import { crossValidate } from "./judge.js";
import type { Fit, Recipe } from "./recipe.js";
import { cutWindows, toSamples } from "./windows.js";

const windows = {
  features: { ...frontEnd, deltas: 1 as const, pool: { statistics: ["mean" as const, "std" as const], segments: 1 } },
  windowSec: 2,
  stepSec: 0.5,
  variations: 1,
};

const fit: Fit = async ({ x, y }) =>
  pipeline(standardScaler(), logisticRegression({ c: 0.01, maxIter: 300 })).fit(x, y);

/** Acted emotions of RAVDESS. */
export const emotion: Recipe = {
  name: "emotion",
  async build(find) {
    const root = find(/ravdess/i);
    if (!root) return undefined;
    const corpus = await ravdess({ root });
    const samples = toSamples(corpus.items, "ravdess");
    const train = await cutWindows(samples, windows);
    const { clipUar, windowUar } = await crossValidate(samples, train, fit, 4);
    return {
      recordings: samples.length,
      windows,
      model: await fit(train),
      live: { task: "emotion", title: "Emotion", threshold: 0.4, ignore: ["neutral"] },
      data: {
        name: corpus.title,
        licence: corpus.licence,
        citation: corpus.citation,
        url: corpus.url,
      },
      metrics: { uarUnseenActors: clipUar, uarUnseenActorsPerWindow: windowUar },
      notes: [
        "Judged on actors whose voice was not trained on, by cross-validation over actors; eight classes, chance is 0.125.",
        "Non-commercial: the training data's licence (CC BY-NC-SA 4.0) asks for it.",
        "Learned from North American actors who read two sentences: what people really feel it does not know. Never to be used to judge anybody.",
      ],
    };
  },
};
