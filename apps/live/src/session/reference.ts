import { z } from "zod";

const pair = z.tuple([z.number(), z.number()]);
const referenceSchema = z.object({
  kind: z.literal("sound"),
  ranges: z.object({ levelDb: z.object({ seen: pair, alike: pair }) }),
});

/** Levels of a model's training recordings, dB below full scale: what they had, and what still counts as like them. */
export interface LevelRange {
  seen: [number, number];
  alike: [number, number];
}

/**
 * The levels that a model folder's `reference` tells of; undefined where it tells of none.
 *
 * Length, band width and feature distance are those of whole recordings: a window is shorter, may hold one vowel alone, and its pooled features
 * spread further, so that windows of a recording like those of training would be called strange. They are left to `earshot predict`.
 *
 * @throws RangeError naming the field that is wrong
 */
export function readLevels(name: string, reference: unknown): LevelRange | undefined {
  if ((reference as { kind?: unknown } | null | undefined)?.kind !== "sound") return undefined;
  const parsed = referenceSchema.safeParse(reference);
  if (parsed.success) return parsed.data.ranges.levelDb;
  const { path, message } = parsed.error.issues[0];
  throw new RangeError(`loadedModel: ${name}: ${["reference", ...path].join(".")}: ${message}.`);
}

/** Why a window of this level is unlike anything in training, in words for people; undefined where it is alike. */
export function strangeLevel({ seen, alike }: LevelRange, levelDb: number): string | undefined {
  if (levelDb <= -100) return "silent";
  if (levelDb >= alike[0] && levelDb <= alike[1]) return undefined;
  const [low, high] = seen.map((db) => db.toFixed(0));
  return `too ${levelDb < alike[0] ? "quiet" : "loud"} (${levelDb.toFixed(0)} dBFS, training ${low} to ${high})`;
}
