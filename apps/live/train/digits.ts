import { syntheticSpeech } from "@earshot/datasets";
import { freeSpokenDigits } from "@earshot/datasets/node";
import { logisticRegression, pipeline, standardScaler } from "@earshot/models";
import { frontEnd } from "./frontEnd.js";
import { crossValidate } from "./judge.js";
import type { Fit, Recipe } from "./recipe.js";
import { cutWindows, toSamples } from "./windows.js";

const windows = {
  features: { ...frontEnd, deltas: 1 as const, pool: { statistics: ["mean" as const, "std" as const], segments: 3 } },
  windowSec: 1,
  stepSec: 0.5,
  variations: 2,
};

const fit: Fit = async ({ x, y }) =>
  pipeline(standardScaler(), logisticRegression({ c: 0.01, maxIter: 300 })).fit(x, y);

/** Spoken digits, from a synthesiser, and from people where their recordings are at hand. */
export const digits: Recipe = {
  name: "digits",
  async build(find) {
    const synthetic = toSamples(syntheticSpeech({ seed: 1, speakers: 40, takes: 1 }).items, "synthetic");
    const root = find(/free-spoken-digit|fsdd/i);
    const people = root
      ? toSamples((await freeSpokenDigits({ root })).items, "fsdd").filter((_, i) => i % 2 === 0)
      : [];
    const samples = [...synthetic, ...people];
    const train = await cutWindows(samples, windows);
    const { samples: judged, classes } = await crossValidate(samples, train, fit, 5);
    const right = (prefix: string) => {
      const those = judged.filter(({ sample }) => sample.group.startsWith(prefix));
      const hits = those.filter(({ sample, probabilities }) => {
        const top = probabilities.indexOf(Math.max(...probabilities));
        return classes[top] === sample.label;
      });
      return hits.length / those.length;
    };
    return {
      recordings: samples.length,
      train,
      windows,
      fit,
      live: { task: "digits", title: "Spoken digits", threshold: 0.6 },
      data: {
        name: ["synthetic speech of @earshot/datasets", ...(root ? ["Free Spoken Digit Dataset"] : [])].join("; "),
        licence: root ? "MIT; CC BY-SA 4.0" : "MIT",
      },
      metrics: {
        accuracyUnseenSyntheticSpeakers: right("synthetic"),
        ...(root && { accuracyUnseenPeople: right("fsdd") }),
      },
      notes: [
        "Judged on speakers whose voice was not trained on, by cross-validation: single digits in English, windows of 1 s. The people are four.",
        "Hears a digit in anything: use it with the voice gate. Not for telephone menus or anything that matters.",
      ],
    };
  },
};
