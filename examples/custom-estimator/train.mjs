// Trains digits.yaml, whose model is the estimator of nearestMean.mjs: node train.mjs [RUN]
import { fileURLToPath } from "node:url";
import { evaluate, loadRecipe, silentScreen, train } from "@earshot/cli";
import { createFactory, modelKinds } from "@earshot/models";
import { nearestMean } from "./nearestMean.mjs";

// Recipes and model folders hold no code: they name kinds, and this says what the name stands for.
const models = createFactory({ ...modelKinds, nearestMean: async () => nearestMean.registered });
const [out = "runs/nearest-mean"] = process.argv.slice(2);

const recipe = loadRecipe(fileURLToPath(new URL("digits.yaml", import.meta.url)), ["model.power=4"]);
const run = await train(recipe, { out, models, screen: silentScreen });
const { value, low, high } = run.metrics.metrics.accuracy;
console.log(
  `accuracy ${value.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)}) on speakers never met; chance is 0.10`,
);

const again = await evaluate(out, { models, threads: 1, skipBroken: false, screen: silentScreen });
console.log("judged again:", again.metrics.n, "recordings of", again.predictions.classes.length, "digits");
