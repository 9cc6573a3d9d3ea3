import { z } from "zod";
import { dataSchema } from "../recipe/schema.js";

const share = z.number().gt(0).lt(1);

/** A recipe that makes sounds instead of naming them. */
export const generativeSchema = z.strictObject({
  task: z.literal("generate"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).max(4294967295).default(1337),
  data: dataSchema,
  /** Recordings that the generator never meets: some teach the judge, some are only compared with. */
  split: z
    .strictObject({
      /** `item` at random, `group` keeps all recordings of one group on one side. */
      by: z.enum(["item", "group"]).default("item"),
      /** Share that teaches the judge. */
      judge: share.default(0.4),
      /** Share that neither the generator nor the judge meets. */
      test: share.default(0.15),
    })
    .refine(({ judge, test }) => judge + test < 0.95, "judge and test together must leave something to learn from")
    .prefault({}),
  /** How sound becomes a picture; options of `createSpectrogramCodec` in @earshot/models/generative. */
  codec: z.strictObject({
    sampleRate: z.int().min(4000),
    nFft: z.int().min(16).optional(),
    hopLength: z.int().min(1).optional(),
    nMels: z.int().min(4).optional(),
    frames: z.int().min(4).optional(),
    fMin: z.number().min(0).optional(),
    fMax: z.number().positive().optional(),
    topDb: z.number().positive().optional(),
  }),
  /** Stretches cut from each recording that is longer than the picture: the loudest, then others around it. */
  crops: z.int().min(1).max(50).default(1),
  /** Options of `spectrogramGenerator` in @earshot/models/generative, which checks them. */
  model: z.looseObject({ method: z.enum(["gan", "vae", "diffusion"]).default("gan") }),
  /** What is written while it learns. */
  samples: z
    .strictObject({
      /** Epochs between two looks; the first and the last are always there. */
      every: z.int().min(1).default(10),
      /** Sounds of each class. */
      perClass: z.int().min(1).max(20).default(4),
    })
    .prefault({}),
  judge: z
    .strictObject({
      /** Of the classifier that judges. */
      epochs: z.int().min(1).default(25),
      /** Made-up sounds of each class that are judged. */
      perClass: z.int().min(2).max(500).default(20),
      /** Noise is kept within ± this (default: not at all). */
      truncation: z.number().positive().nullable().default(null),
      /** Whether two more classifiers are trained, to see what made-up sounds are worth as training material. */
      augmentation: z.boolean().default(true),
    })
    .prefault({}),
  /** Figures the run must reach. */
  expect: z.record(z.string(), z.strictObject({ min: z.number().optional(), max: z.number().optional() })).default({}),
});

export type GenerativeRecipe = z.infer<typeof generativeSchema>;
