import { confusionMatrix } from "@earshot/metrics";
import { packState } from "@earshot/models";
import { confusionMatrixPlot, imageGrid, intervalPlot } from "@earshot/plots";
import { keepEnergy } from "@earshot/vision/av";
import { openAvDigits } from "./avCorpus.js";
import { accuracies, judgeAv, learnAv, type Way } from "./avJudge.js";
import { toMatrix } from "./avPairs.js";
import { predictAv } from "./avPredict.js";
import { type AvRecipe, avSchema } from "./avSchema.js";
import type { VisionJob, VisionResult, VisionTask } from "./task.js";

export const avTask: VisionTask<AvRecipe> = { schema: avSchema, run, predict: predictAv };

async function run(recipe: AvRecipe, job: VisionJob): Promise<VisionResult> {
  const { data, folder } = job;
  const corpus = await openAvDigits(recipe, data);
  const judged = await judgeAv(corpus, recipe, job);
  // What is kept learns from everybody.
  const { classifier, filter } = await learnAv(corpus, corpus.spoken, recipe, job);
  await folder.write(
    "model/weights.safetensors",
    packState({
      kind: "av-digits",
      classifier: classifier.getState(),
      filter: {
        kept: filter.kept,
        mean: { data: filter.mean, shape: [filter.mean.length] },
        components: {
          data: filter.components,
          shape: [filter.components.length / filter.mean.length, filter.mean.length],
        },
      },
    }),
  );
  await folder.writeJson("model/model.json", { kind: "av-digits", version: 1, classes: classifier.classes });
  classifier.dispose();
  const metrics = accuracies(judged);
  const { truth, found } = judged;
  const names = Object.keys(found) as Way[];
  const speakers = new Set(corpus.spoken.map(({ speaker }) => speaker)).size;
  const directions = filter.components.length / filter.mean.length;
  const samples = corpus.written.test.slice(0, 10).map(({ pixels }) => pixels);
  const poor = keepEnergy(toMatrix(samples), filter);
  const size = { width: 28, height: 28 };
  return {
    how: `${corpus.title}: ${speakers} speakers, each judged by networks that never heard it, with digits of writers who are not in training and noise that is not; ${directions} directions leave ${(100 * filter.kept).toFixed(0)} % of the pictures' energy, the voice is at ${recipe.snrDb} dB over the noise`,
    n: truth.length,
    metrics,
    extra: { directions, energyKept: filter.kept, snrDb: recipe.snrDb },
    predictions: `label,${names.join(",")}\n${truth.map((label, i) => [label, ...names.map((way) => found[way][i])].join(",")).join("\n")}\n`,
    notes: [
      "Early: numbers of both side by side in one network. Late: a network each, their probabilities multiplied. Gated: the last layers of both networks, weighed by a gate. The last four lines are what early and gated fusion say when one sense is missing; late fusion then is the other network alone.",
    ],
    figures: [
      {
        name: "accuracy",
        alt: "Share of digits named right by picture, by sound and by both",
        spec: (theme) =>
          intervalPlot(
            names.map((way) => {
              const { value, low, high } = metrics[`${way}Accuracy`];
              return { name: way, value: value ?? 0, low: low ?? 0, high: high ?? 1 };
            }),
            { theme },
          ),
      },
      {
        name: "confusion",
        alt: "What gated fusion confuses",
        spec: (theme) => confusionMatrixPlot(confusionMatrix(truth, found.gated), { theme }),
      },
      {
        name: "pictures",
        alt: "Digits as they were written, and what is left of them",
        spec: (theme) =>
          imageGrid(
            [
              ...samples.map((pixels) => ({ data: pixels, ...size })),
              ...samples.map((_, i) => ({
                data: Float32Array.from(poor.data.subarray(784 * i, 784 * (i + 1)), clip),
                ...size,
              })),
            ],
            { columns: samples.length, size: 48, theme },
          ),
      },
    ],
  };
}

const clip = (v: number): number => Math.min(1, Math.max(0, v));
