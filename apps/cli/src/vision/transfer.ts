import { basename } from "node:path";
import { confusionMatrix } from "@earshot/metrics";
import type { ModelState } from "@earshot/models";
import { saveModel } from "@earshot/models/folder";
import { type NeuralClassifier, neuralClassifier } from "@earshot/models/neural";
import { confusionMatrixPlot, imageGrid, intervalPlot, learningCurve } from "@earshot/plots";
import {
  imageNetScale,
  type LoadedResidual,
  loadResidualNetwork,
  pictureTensor,
  type ResidualLayers,
  residualNetwork,
} from "@earshot/vision/networks";
import { UserError } from "../cli/errors.js";
import type { Figure } from "../judge/judge.js";
import { type Predictions, predictedClasses, predictionsCsv } from "../judge/predictions.js";
import { wilson } from "../judge/wilson.js";
import { readNetworkWeights } from "./detectors.js";
import { drawShapes } from "./drawShapes.js";
import type { VisionJob, VisionResult, VisionTask } from "./task.js";
import { openTransfer, type TransferCorpus } from "./transferCorpus.js";
import { accuracyOf, commonOptions, follow, learnOutput, ratesOf, type TransferData } from "./transferLearn.js";
import { predictTransfer } from "./transferPredict.js";
import { type TransferRecipe, transferSchema } from "./transferSchema.js";

export const transferTask: VisionTask<TransferRecipe> = { schema: transferSchema, run, predict: predictTransfer };

/** A network that has learned something already, and how. */
interface Given extends ResidualLayers {
  state: ModelState;
  /** Where it tells the same classes apart. */
  model?: NeuralClassifier;
  origin: string;
}

async function run(recipe: TransferRecipe, job: VisionJob): Promise<VisionResult> {
  const { data, folder, signal } = job;
  const drawn = data === undefined ? drawShapes(recipe.synthetic, recipe.seed) : undefined;
  const corpus = drawn ?? (await openTransfer(recipe, data as string, job));
  const parts = tensorsOf(corpus, recipe);
  const given = drawn
    ? await learnFirst(drawn.source, parts, recipe, job)
    : await openGiven(recipe, corpus, parts, job);
  const n = corpus.test.labels.length;
  const right: Record<string, number> = {};
  const curves: Record<string, number[]> = {};
  if (given.model) right.given = await accuracyOf(given.model, parts.test);
  given.model?.dispose();
  const frozen = await learnOutput(given.state, given, parts, recipe, job);
  right.frozen = await judgeState(frozen, parts);
  // An output that tells these classes apart already has seen more than is at hand.
  let state = given.model ? given.state : frozen;
  let model: NeuralClassifier | undefined;
  for (const [i, { epochs, learningRate, rates }] of recipe.stages.entries()) {
    model?.dispose();
    const title = `stage ${i + 1}`;
    const followed = follow(job, title, epochs);
    model = neuralClassifier({
      ...commonOptions(recipe, parts.train.y.length),
      layers: given.layers,
      rates: ratesOf(given, rates),
      keepStatistics: recipe.keepStatistics,
      passes: i === recipe.stages.length - 1 ? recipe.passes : 1,
      epochs,
      optimizer: { kind: "adamW", learningRate, weightDecay: recipe.weightDecay },
    });
    try {
      await model.fit(parts.train.x, parts.train.y, { ...followed, start: state, ...(signal && { signal }) });
    } finally {
      followed.end();
    }
    curves.tuned = [...(curves.tuned ?? []), ...followed.losses];
    state = model.getState();
    if (i < recipe.stages.length - 1) right[`stage${i + 1}`] = await accuracyOf(model, parts.test);
  }
  if (!model) throw new UserError("stages must name at least one.");
  const predictions = await predictionsOf(model, corpus, parts);
  const found = predictedClasses(predictions);
  right.tuned = found.reduce((sum, name, i) => sum + (name === corpus.test.labels[i] ? 1 : 0), 0);
  if (recipe.scratch) {
    const scratch = await learnScratch(given, recipe, parts, job);
    right.scratch = scratch.right;
    curves.scratch = scratch.losses;
  }
  const metrics: Record<string, Figure> = { accuracy: wilson(right.tuned, n) };
  for (const [name, hits] of Object.entries(right)) if (name !== "tuned") metrics[`${name}Accuracy`] = wilson(hits, n);
  const scale = { mean: [...imageNetScale.mean], std: [...imageNetScale.std] };
  await saveModel(folder.path("model"), model, {
    name: recipe.name ?? "transfer-resnet",
    preprocessing: { kind: "picture", size: recipe.size, scale, corpus: recipe.corpus },
    data: { name: corpus.title },
    metrics,
    notes: [`Begun with ${given.origin}.`],
    extra: { seed: recipe.seed },
  });
  model.dispose();
  const wrong = found.flatMap((name, i) => (name === corpus.test.labels[i] ? [] : [i])).slice(0, 24);
  const order = ["given", "frozen", ...recipe.stages.slice(1).map((_, i) => `stage${i + 1}`), "tuned", "scratch"];
  return {
    how: `${corpus.title}: ${corpus.train.labels.length} pictures of ${corpus.classes.length} classes to learn from, ${corpus.split}; begun with ${given.origin}`,
    n,
    metrics,
    extra: { classes: corpus.classes, trained: corpus.train.labels.length },
    predictions: predictionsCsv(predictions),
    notes: [
      "given: the weights as they are, where they tell these classes apart. frozen: a new output alone learned. tuned: more and more layers, each part at its own learning rate, begun with the weights' own output where it tells these classes apart. scratch: the same network from random weights.",
    ],
    figures: [
      {
        name: "accuracy",
        alt: "Share of unseen pictures named right, from the weights as they are to fine-tuning, and from random weights",
        spec: (theme) =>
          intervalPlot(
            order
              .filter((name) => name in right)
              .map((name) => {
                const { value, low, high } = wilson(right[name], n);
                return { name, value: value ?? 0, low: low ?? 0, high: high ?? 1 };
              }),
            { theme },
          ),
      },
      {
        name: "learning",
        alt: "Loss over epochs, fine-tuned and from random weights",
        spec: (theme) => learningCurve([{ title: "Loss", series: curves }], { theme }),
      },
      {
        name: "confusion",
        alt: "What is confused with what",
        spec: (theme) =>
          confusionMatrixPlot(confusionMatrix(corpus.test.labels, found, { labels: corpus.classes }), { theme }),
      },
      ...(wrong.length > 0
        ? [
            {
              name: "wrong",
              alt: "Pictures that were taken for something else",
              spec: (theme: "light" | "dark") =>
                imageGrid(
                  wrong.map((i) => ({ ...corpus.test.pictures[i], caption: `${corpus.test.labels[i]}: ${found[i]}` })),
                  { theme },
                ),
            },
          ]
        : []),
    ],
  };
}

function tensorsOf({ train, test }: TransferCorpus, { size: [height, width] }: TransferRecipe): TransferData {
  const x = (part: TransferCorpus["train"]) => pictureTensor(part.pictures, { height, width });
  return {
    train: { x: x(train), y: train.labels },
    test: { x: x(test), y: test.labels },
    inputShape: [height, width, 3],
  };
}

/** The weights that the recipe names. @throws UserError if they are nowhere; RangeError naming what does not fit */
async function openGiven(
  recipe: TransferRecipe,
  { classes }: TransferCorpus,
  { inputShape }: TransferData,
  { data }: VisionJob,
): Promise<Given> {
  const { path, bytes } = await readNetworkWeights(recipe.weights, data as string);
  const options = commonOptions(recipe);
  const load = (names?: readonly string[]): Promise<LoadedResidual> =>
    loadResidualNetwork(bytes, { inputShape, options, ...(names && { classes: names }) }).catch((error) => {
      if (error instanceof RangeError) error.message = `${basename(path)}: ${error.message}`;
      throw error;
    });
  const first = await load();
  const origin = `the weights of ${basename(path)}`;
  // Weights have no names of classes: as many in the order of the alphabet are taken for the same, as CIFAR's are.
  const same = first.model.classes.length === classes.length;
  const { model, ...plan } = same ? await load(classes) : first;
  return { ...plan, state: model.getState(), origin, ...(same && { model }) };
}

/** Without weights: the network learns other shapes first. */
async function learnFirst(
  source: TransferCorpus["train"],
  { inputShape: [height, width] }: TransferData,
  recipe: TransferRecipe,
  job: VisionJob,
): Promise<Given> {
  const plan = residualNetwork(recipe.synthetic.network);
  const epochs = recipe.scratch?.epochs ?? 15;
  const followed = follow(job, "other shapes", epochs);
  const model = neuralClassifier({
    ...commonOptions(recipe, source.labels.length),
    layers: plan.layers,
    epochs,
    optimizer: { kind: "adamW", learningRate: 0.003, weightDecay: recipe.weightDecay },
  });
  try {
    const options = { ...followed, ...(job.signal && { signal: job.signal }) };
    await model.fit(pictureTensor(source.pictures, { height, width }), source.labels, options);
  } finally {
    followed.end();
  }
  const state = model.getState();
  model.dispose();
  return { ...plan, state, origin: `${recipe.synthetic.network} trained on ${source.labels.length} other shapes` };
}

async function judgeState(state: ModelState, { test }: TransferData): Promise<number> {
  const { restoreModel } = await import("@earshot/models");
  const model = (await restoreModel(state)) as NeuralClassifier;
  const right = await accuracyOf(model, test);
  model.dispose();
  return right;
}

async function learnScratch(
  { layers }: Given,
  recipe: TransferRecipe,
  { train, test }: TransferData,
  job: VisionJob,
): Promise<{ right: number; losses: number[] }> {
  const { epochs, learningRate } = recipe.scratch as NonNullable<TransferRecipe["scratch"]>;
  const followed = follow(job, "from random weights", epochs);
  const model = neuralClassifier({
    ...commonOptions(recipe, train.y.length),
    passes: recipe.passes,
    layers,
    epochs,
    optimizer: { kind: "adamW", learningRate, weightDecay: recipe.weightDecay },
  });
  try {
    await model.fit(train.x, train.y, { ...followed, ...(job.signal && { signal: job.signal }) });
    return { right: await accuracyOf(model, test), losses: followed.losses };
  } finally {
    followed.end();
    model.dispose();
  }
}

async function predictionsOf(
  model: NeuralClassifier,
  { test }: TransferCorpus,
  parts: TransferData,
): Promise<Predictions> {
  const { data } = await model.predictProba(parts.test.x);
  const unknown = test.ids.map(() => undefined);
  return {
    ids: test.ids,
    yTrue: test.labels,
    groups: unknown,
    turns: test.ids.map(() => "test"),
    classes: [...model.classes],
    probabilities: Float64Array.from(data),
  };
}
