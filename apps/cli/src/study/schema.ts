import { z } from "zod";
import { functionNames } from "./functions.js";

const rates = z.record(z.string(), z.number().positive());
const pair = z.tuple([z.number(), z.number()]);

/** A recipe that compares optimisers instead of training a system. */
export const studySchema = z.strictObject({
  task: z.literal("optimisers"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  /** Draws nothing: starts and data are fixed, so that steps can be compared with other libraries. */
  seed: z.int().min(0).default(1337),
  /** A name each, and options as `createOptimiser` of @earshot/engine takes them, but for the learning rate. */
  optimisers: z.array(z.looseObject({ name: z.string().min(1), kind: z.string().min(1) })).min(1),
  /** Functions of two variables to descend, with a learning rate for each optimiser by its name. */
  functions: z
    .array(
      z.strictObject({
        name: z.enum(functionNames),
        start: pair,
        steps: z.int().min(1).max(100_000),
        learningRates: rates,
      }),
    )
    .default([]),
  /** A network of one hidden layer on two moons, all samples a step. */
  network: z
    .strictObject({
      hidden: z.int().min(1).max(1024).default(8),
      samples: z.int().min(4).max(100_000).default(60),
      steps: z.int().min(1).max(100_000).default(150),
      learningRates: rates,
    })
    .nullable()
    .default(null),
  /** Losses that the network is also trained with, by the first optimiser called Adam or else the first. */
  losses: z.array(z.enum(["crossEntropy", "focal", "binaryCrossEntropy", "meanSquared"])).default([]),
});

export type Study = z.infer<typeof studySchema>;
