import { z } from "zod";

/** A recipe that learns to say what is in pictures. */
export const captionSchema = z.strictObject({
  task: z.literal("captions"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).default(1337),
  /** Of the network that looks at pictures: a path, or a name that is looked for in the data folder and its `pretrained/`. */
  weights: z.string().min(1).default("resnet20_cifar10.safetensors"),
  /** Sides to which pictures are resized before the network sees them. */
  sides: z.array(z.int().min(16).max(1024)).min(1).max(8).default([64, 96]),
  /** Regions across and down. */
  grid: z.int().min(1).max(32).default(6),
  /** Shares of pictures that are judged, and by which the best epoch is chosen; the corpus' own parts go first where it has them. */
  testShare: z.number().min(0.05).max(0.8).default(0.2),
  validShare: z.number().min(0.02).max(0.5).default(0.1),
  /** How often a word must occur to be learned. */
  minCount: z.int().min(1).max(1000).default(4),
  embedding: z.int().min(4).max(2048).default(96),
  units: z.int().min(4).max(2048).default(192),
  dropout: z.number().min(0).max(0.9).default(0.5),
  epochs: z.int().min(1).max(1000).default(15),
  batchSize: z.int().min(1).max(1024).default(16),
  learningRate: z.number().positive().max(1).default(0.002),
  weightDecay: z.number().min(0).max(1).default(0.01),
  labelSmoothing: z.number().min(0).max(0.9).default(0.1),
  /** Decoders whose words are averaged. */
  decoders: z.int().min(1).max(10).default(1),
  beam: z
    .strictObject({
      width: z.int().min(1).max(100).default(5),
      maxWords: z.int().min(1).max(100).default(20),
      lengthPower: z.number().min(0).max(3).default(1),
    })
    .prefault({}),
  /** Drawn scenes where no data is named. */
  synthetic: z.strictObject({ pictures: z.int().min(20).max(10_000).default(100) }).prefault({}),
});

export type CaptionRecipe = z.infer<typeof captionSchema>;
