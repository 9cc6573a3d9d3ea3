import { z } from "zod";

const common = { weights: z.string().min(1) };
const threshold = z.number().min(0).max(1);

/** A detector and its weights: a path, or a name that is looked for in the data folder and its `pretrained/`. */
const detector = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("haar"),
    ...common,
    scaleFactor: z.number().min(1.001).max(4).default(1.1),
    minNeighbors: z.int().min(0).default(3),
    minSize: z.int().min(0).default(0),
  }),
  z.strictObject({
    kind: z.literal("yunet"),
    ...common,
    scoreThreshold: threshold.default(0.6),
    maxSide: z.int().min(32).max(8192).default(1280),
  }),
  z.strictObject({ kind: z.literal("ultraface"), ...common, scoreThreshold: threshold.default(0.6) }),
]);

/** A recipe that finds faces. */
export const detectSchema = z.strictObject({
  task: z.literal("faces-detect"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).default(1337),
  detectors: z.array(detector).min(1),
  /** The detector that `earshot predict` uses (default: the last whose weights are there). */
  main: z.enum(["haar", "yunet", "ultraface"]).optional(),
  /** Least intersection over union of a hit. */
  iou: z.number().min(0.05).max(1).default(0.5),
});

export type DetectRecipe = z.infer<typeof detectSchema>;
export type DetectorSpec = DetectRecipe["detectors"][number];
