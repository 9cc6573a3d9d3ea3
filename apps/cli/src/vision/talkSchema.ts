import { z } from "zod";
import { talkWeights } from "./lookAtTalk.js";

/** A recipe that looks and listens whether mouth and sound are together. */
export const talkSchema = z.strictObject({
  task: z.literal("video-talk"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).default(1337),
  /** Of YuNet: a path, or a name that is looked for in the data folder and its `pretrained/`. */
  weights: z.string().min(1).default(talkWeights),
  /** Pictures by which the sound is moved on purpose: above 0 it comes late. */
  shifts: z.array(z.int().min(-50).max(50)).min(1).default([-12, -8, -4, -2, -1, 0, 1, 2, 4, 8, 12]),
  /** Pictures by which a found offset may be off. */
  tolerance: z.number().positive().default(2),
  /** Offsets that are tried, on both sides. */
  maxOffsetSec: z.number().min(0.04).max(10).default(0.8),
  /** Videos that are judged at most. */
  clips: z.int().min(1).max(100_000).default(200),
  /** Drawn faces with made-up voices where no data is named. */
  synthetic: z
    .strictObject({ clips: z.int().min(1).max(100).default(3), seconds: z.number().min(2).max(60).default(4) })
    .prefault({}),
});

export type TalkRecipe = z.infer<typeof talkSchema>;
