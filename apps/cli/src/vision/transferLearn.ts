import type { EpochLog, ModelState, StateTensor, Tensor } from "@earshot/models";
import { type NeuralClassifier, networkBody, neuralClassifier } from "@earshot/models/neural";
import type { ResidualLayers } from "@earshot/vision/networks";
import type { VisionJob } from "./task.js";
import type { StageName, TransferRecipe } from "./transferSchema.js";

/** What is learned from and judged on, as a network takes it. */
export interface TransferData {
  train: { x: Tensor; y: readonly string[] };
  test: { x: Tensor; y: readonly string[] };
  inputShape: number[];
}

/** Shows and logs how a part of the training goes. */
export function follow({ folder, screen }: VisionJob, title: string, epochs: number) {
  const bar = screen.progress(title, epochs);
  const losses: number[] = [];
  return {
    losses,
    onStep: (done: number, loss: number): void => bar.update(done, `loss ${loss.toFixed(3)}`),
    onEpoch: async ({ epoch, loss, accuracy }: EpochLog): Promise<void> => {
      losses.push(loss);
      bar.update(epoch, `loss ${loss.toFixed(3)}`);
      await folder.log({ part: title, epoch, loss, accuracy });
    },
    end: (): void => bar.end(),
  };
}

/** Settings of every part of the training. */
export const commonOptions = (
  { seed, batchSize, labelSmoothing, augment }: TransferRecipe,
  pictures = Number.POSITIVE_INFINITY,
) => ({
  seed,
  // Of few pictures, smaller batches: an epoch needs some steps.
  batchSize: Math.max(4, Math.min(batchSize, Math.ceil(pictures / 16))),
  labelSmoothing,
  schedule: { kind: "cosine" as const },
  augment: {
    flip: augment.flip,
    crop: augment.crop,
    ...(augment.mixUp > 0 && { mixUp: augment.mixUp }),
    ...(augment.cutMix > 0 && { cutMix: augment.cutMix }),
  },
});

/** Share of pictures named right. */
export async function accuracyOf(model: NeuralClassifier, { x, y }: TransferData["test"]): Promise<number> {
  const found = await model.predict(x);
  return found.reduce((right, name, i) => right + (name === y[i] ? 1 : 0), 0);
}

const outputUnits = (state: ModelState): StateTensor[] => (state.weights as unknown as StateTensor[]).slice(-2);

/**
 * The output learned on frozen features: they are made once, of each picture and of its mirror image.
 *
 * @returns the state of the whole network with that output
 */
export async function learnOutput(
  start: ModelState,
  { layers }: ResidualLayers,
  { train, inputShape }: TransferData,
  recipe: TransferRecipe,
  job: VisionJob,
): Promise<ModelState> {
  const { epochs, learningRate } = recipe.frozen;
  const body = await networkBody(start, { inputShape });
  const size = inputShape.reduce((a, b) => a * b, 1);
  const width = body.outputShape[0];
  const n = train.y.length;
  const mirror = recipe.augment.flip > 0;
  const x = { data: new Float32Array(n * width * (mirror ? 2 : 1)), shape: [n * (mirror ? 2 : 1), width] };
  const bar = job.screen.progress("features", n);
  try {
    for (let from = 0; from < n; from += recipe.batchSize) {
      job.signal?.throwIfAborted();
      const count = Math.min(recipe.batchSize, n - from);
      const pictures = train.x.data.slice(from * size, (from + count) * size) as Float32Array;
      x.data.set(body.run(pictures, count), from * width);
      if (mirror) x.data.set(body.run(mirrored(pictures, inputShape), count), (n + from) * width);
      bar.update(from + count);
      await new Promise((resume) => setTimeout(resume, 0));
    }
  } finally {
    bar.end();
    body.dispose();
  }
  const followed = follow(job, "output", epochs);
  const head = neuralClassifier({
    layers: [{ kind: "flatten" }],
    epochs,
    batchSize: recipe.batchSize,
    seed: recipe.seed,
    labelSmoothing: recipe.labelSmoothing,
    schedule: { kind: "cosine" },
    optimizer: { kind: "adamW", learningRate, weightDecay: recipe.weightDecay },
  });
  try {
    const options = { ...followed, ...(job.signal && { signal: job.signal }) };
    await head.fit(x, mirror ? [...train.y, ...train.y] : train.y, options);
  } finally {
    followed.end();
  }
  const learned = head.getState();
  head.dispose();
  const below = (start.weights as unknown as StateTensor[]).slice(0, -2);
  const settings = { ...(start.options as object), layers };
  return {
    ...start,
    options: JSON.parse(JSON.stringify(settings)),
    classes: learned.classes,
    inputShape,
    weights: [...below, ...outputUnits(learned)],
  } as ModelState;
}

function mirrored(pictures: Float32Array, [, width, channels]: readonly number[]): Float32Array {
  const out = new Float32Array(pictures.length);
  const row = width * channels;
  for (let r = 0; r < pictures.length / row; r++) {
    for (let x = 0; x < width; x++) {
      const from = r * row + (width - 1 - x) * channels;
      out.set(pictures.subarray(from, from + channels), r * row + x * channels);
    }
  }
  return out;
}

/** Factors of the learning rate, a layer each, from those of the parts. */
export function ratesOf(
  { groups }: Pick<ResidualLayers, "groups">,
  parts: TransferRecipe["stages"][number]["rates"],
): number[] {
  const names = ["stem", "stage1", "stage2", "stage3", "stage4"] as const satisfies readonly StageName[];
  const stages = groups.length - 1;
  const each = groups.flatMap((n, g) => Array<number>(n).fill(g < stages ? (parts[names[g]] ?? 0) : 0));
  return [...each, parts.output ?? 0];
}
