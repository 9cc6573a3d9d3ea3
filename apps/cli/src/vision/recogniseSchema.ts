import { z } from "zod";

/** A recipe that tells people apart by their faces. */
export const recogniseSchema = z.strictObject({
  task: z.literal("faces-recognise"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).default(1337),
  /** Ways to tell people apart that are all enrolled. */
  methods: z
    .array(z.enum(["eigenfaces", "fisherfaces", "lbph", "hogSvm", "lbpSvm", "lbpDiscriminant"]))
    .default(["eigenfaces", "fisherfaces", "lbph", "hogSvm", "lbpSvm", "lbpDiscriminant"]),
  /** Pictures of each person that are enrolled, in this many random draws. */
  enrolled: z.int().min(1).max(1000).default(5),
  draws: z.int().min(1).max(100).default(5),
  /** The network for people who are not in training. */
  embedding: z
    .strictObject({
      /** How the layer learns: in closed form, or by gradient descent. */
      method: z.enum(["whitening", "amSoftmax"]).default("whitening"),
      dimensions: z.int().min(2).max(1024).default(64),
      directions: z.int().min(2).max(1024).default(120),
      /** What of a face is looked at, side by side. */
      features: z
        .array(z.enum(["pixels", "patterns", "evenPatterns", "gradients"]))
        .min(1)
        .default(["pixels", "evenPatterns", "gradients"]),
      copies: z.int().min(0).max(100).default(2),
      epochs: z.int().min(1).max(1000).default(60),
      margin: z.number().min(0).max(1).default(0.2),
      scale: z.number().positive().default(16),
      /** A pre-trained network in place of an own one: an ONNX file that takes 1 × 3 × size × size, and how it wants its values. */
      weights: z.string().min(1).nullable().default(null),
      size: z.int().min(8).max(1024).default(112),
      colors: z.enum(["rgb", "bgr"]).default("rgb"),
      valueMean: z.number().default(127.5),
      valueScale: z
        .number()
        .positive()
        .default(1 / 127.5),
    })
    .prefault({}),
  /** Parts of the people; each part is verified by a network that never met it. */
  folds: z.int().min(2).max(20).default(3),
  /** Drawn faces where no data is named. */
  synthetic: z
    .strictObject({ people: z.int().min(6).max(200).default(12), images: z.int().min(4).max(50).default(8) })
    .prefault({}),
});

export type RecogniseRecipe = z.infer<typeof recogniseSchema>;
