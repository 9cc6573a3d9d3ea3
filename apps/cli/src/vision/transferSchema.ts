import { residualNames } from "@earshot/vision/networks";
import { z } from "zod";

const rate = z.number().positive().max(10);
const factor = z.number().min(0).max(100);

/** Changes of pictures while they are learned. */
const augment = z.strictObject({
  flip: z.number().min(0).max(1).default(0.5),
  crop: z.int().min(0).max(64).default(4),
  mixUp: z.number().min(0).max(10).default(0),
  cutMix: z.number().min(0).max(10).default(0),
});

/** A recipe that goes on learning with a network that was trained on something else. */
export const transferSchema = z.strictObject({
  task: z.literal("transfer-resnet"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).default(1337),
  /** What is told apart: pictures in folders of their classes, faces of people, or spectrograms of sounds. */
  corpus: z.enum(["pictures", "faces", "sounds"]).default("pictures"),
  /** Trained weights: a path, or a name that is looked for in the data folder and its `pretrained/`. */
  weights: z.string().min(1).default("resnet20_cifar10.safetensors"),
  /** Height and width that pictures are brought to. */
  size: z.tuple([z.int().min(8).max(1024), z.int().min(8).max(1024)]).default([32, 32]),
  /** Share of each class that is judged, where the data has no parts of its own; sounds go by recording. */
  testShare: z.number().min(0.05).max(0.9).default(0.3),
  batchSize: z.int().min(2).max(4096).default(64),
  labelSmoothing: z.number().min(0).max(0.9).default(0.1),
  weightDecay: z.number().min(0).max(1).default(0.01),
  augment: augment.prefault({}),
  /** Normalisations keep the statistics of the trained weights: few pictures tell less about them. */
  keepStatistics: z.boolean().default(true),
  /** Looks at each picture that a prediction averages. */
  passes: z.int().min(1).max(64).default(1),
  /** The output alone, on features that are made once. */
  frozen: z
    .strictObject({ epochs: z.int().min(1).max(10_000).default(60), learningRate: rate.default(0.003) })
    .prefault({}),
  /** Then more and more of the network; each part has its factor of the learning rate, what is not named is frozen. */
  stages: z
    .array(
      z.strictObject({
        epochs: z.int().min(1).max(1000),
        learningRate: rate,
        rates: z.partialRecord(z.enum(["stem", "stage1", "stage2", "stage3", "stage4", "output"]), factor),
      }),
    )
    .min(1)
    .default([
      { epochs: 2, learningRate: 0.001, rates: { stage3: 0.3, output: 1 } },
      { epochs: 6, learningRate: 0.001, rates: { stem: 0.3, stage1: 0.3, stage2: 0.3, stage3: 0.5, output: 1 } },
    ]),
  /** The same network from random weights; null leaves it out. */
  scratch: z
    .strictObject({ epochs: z.int().min(1).max(1000).default(15), learningRate: rate.default(0.003) })
    .nullable()
    .default({ epochs: 15, learningRate: 0.003 }),
  /** Drawn shapes where no data is named, and the network that learns other shapes first in place of weights. */
  synthetic: z
    .strictObject({
      network: z.enum(residualNames).default("resnet8"),
      source: z.int().min(40).max(10_000).default(400),
      train: z.int().min(2).max(1000).default(8),
      test: z.int().min(2).max(1000).default(25),
    })
    .prefault({}),
});

export type TransferRecipe = z.infer<typeof transferSchema>;
export type StageName = keyof TransferRecipe["stages"][number]["rates"];
