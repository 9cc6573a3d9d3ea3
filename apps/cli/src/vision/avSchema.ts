import { z } from "zod";

/** A recipe that brings written and spoken digits together. */
export const avSchema = z.strictObject({
  task: z.literal("av-digits"),
  name: z.string().min(1).optional(),
  title: z.string().min(1),
  description: z.string().default(""),
  seed: z.int().min(0).default(1337),
  /** Where the spoken digits are looked for in the data, in this order. */
  spoken: z
    .array(z.enum(["freeSpokenDigits", "audioMnist"]))
    .min(1)
    .default(["freeSpokenDigits", "audioMnist"]),
  /** Share of the pictures' energy that is left. */
  energyKept: z.number().gt(0).lt(1).default(0.25),
  /** Level of the voice over the noise in dB, of what is judged; training hears from 3 dB less to 9 dB more. */
  snrDb: z.number().min(-40).max(60).default(-3),
  /** Noisy copies of each recording in training, each with another written digit. */
  copies: z.int().min(1).max(100).default(4),
  /** Written digits that each recording is judged with. */
  pairs: z.int().min(1).max(100).default(5),
  /** Parts of the speakers; each is judged by networks that never heard it. */
  folds: z.int().min(2).max(20).default(4),
  /** Epochs of the networks for pictures, for sounds, for both side by side, and of the gate. */
  epochs: z
    .strictObject({
      image: z.int().min(1).max(1000).default(6),
      sound: z.int().min(1).max(1000).default(8),
      early: z.int().min(1).max(1000).default(6),
      gate: z.int().min(1).max(1000).default(8),
    })
    .prefault({}),
  /** Made-up hands and voices where no data is named. */
  synthetic: z
    .strictObject({
      drawers: z.int().min(4).max(100).default(8),
      speakers: z.int().min(4).max(100).default(4),
      takes: z.int().min(1).max(50).default(2),
    })
    .prefault({}),
});

export type AvRecipe = z.infer<typeof avSchema>;
