import { syntheticSpeech } from "@earshot/datasets";
import { freeSpokenDigits } from "@earshot/datasets/node";
import { pipeline, standardScaler, svc } from "@earshot/models";
import { frontEnd } from "./frontEnd.js";
import { crossValidate } from "./judge.js";
import type { Recipe } from "./recipe.js";
import { toSamples, type WindowSet } from "./windows.js";

const windows = {
  features: { ...frontEnd, pool: { statistics: ["mean" as const], segments: 6 }, normalize: "mean" as const },
  windowSec: 1,
  stepSec: 0.5,
};

const fit = async ({ x, y }: WindowSet) =>
  pipeline(standardScaler(), svc({ c: 10, probability: "agreeing" })).fit(x, y);

/** Spoken digits, from a synthesiser, and from people where their recordings are at hand. */
export const digits: Recipe = {
  name: "digits",
  async build(find) {
    const synthetic = toSamples(syntheticSpeech({ seed: 1, speakers: 30, takes: 1 }).items, "synthetic");
    const root = find(/free-spoken-digit|fsdd/i);
    const real = root ? toSamples((await freeSpokenDigits({ root })).items, "fsdd") : [];
    const people = real.filter((_, i) => i % 4 === 0);
    const judged = people.length > 0 ? people : synthetic;
    const { clipUar } = await crossValidate(judged, { ...windows, variations: 1 }, fit, people.length > 0 ? 4 : 5);
    return {
      samples: [...synthetic, ...people],
      windows: { ...windows, variations: 1 },
      fit,
      live: { task: "digits", title: "Spoken digits", threshold: 0.6 },
      data: {
        name: ["synthetic speech of @earshot/datasets", ...(root ? ["Free Spoken Digit Dataset"] : [])].join("; "),
        licence: root ? "MIT; CC BY-SA 4.0" : "MIT",
      },
      metrics: { uarUnseenSpeakers: clipUar },
      notes: [
        `Judged on ${people.length > 0 ? "people" : "synthetic speakers"} whose voice was not trained on: single digits in English, 1 s windows.`,
        "Hears a digit in anything: use it with the voice gate. Not for telephone menus or anything that matters.",
      ],
    };
  },
};
