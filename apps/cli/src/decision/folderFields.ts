import { z } from "zod";
import { UserError } from "../cli/errors.js";
import type { Reference } from "../novelty/reference.js";
import type { Decision } from "./decision.js";

const range = z.object({ seen: z.tuple([z.number(), z.number()]), alike: z.tuple([z.number(), z.number()]) });
const spread = z.object({ mean: z.array(z.number()), std: z.array(z.number()), limit: z.number() });
const prior = { priorLogOdds: z.number() };

const decisionSchema = z.object({
  items: z.int(),
  calibration: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("platt"), slope: z.number(), intercept: z.number(), ...prior }),
    z.object({
      kind: z.literal("isotonic"),
      scores: z.array(z.number()).min(1),
      probabilities: z.array(z.number()).min(1),
      ...prior,
    }),
    z.object({ kind: z.literal("temperature"), temperature: z.number().positive() }),
  ]),
  target: z.string().optional(),
  points: z
    .record(z.string(), z.object({ score: z.number(), probability: z.number(), fnr: z.number(), fpr: z.number() }))
    .optional(),
  rule: z.string().optional(),
});

const referenceSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("sound"),
    items: z.int(),
    ranges: z.object({ durationSec: range, levelDb: range, bandHz: range }),
    spread: spread.optional(),
  }),
  z.object({ kind: z.literal("numbers"), items: z.int(), spread }),
  z.object({
    kind: z.literal("text"),
    items: z.int(),
    ranges: z.object({ characters: range, knownPer100: range }),
  }),
  z.object({
    kind: z.literal("table"),
    items: z.int(),
    columns: z.array(
      z.discriminatedUnion("type", [
        z.object({
          name: z.string(),
          type: z.literal("number"),
          low: z.number(),
          high: z.number(),
          missing: z.boolean(),
        }),
        z.object({ name: z.string(), type: z.literal("text"), values: z.array(z.string()).optional() }),
      ]),
    ),
  }),
]);

/**
 * The fields `decision` and `reference` of a model folder, checked; absent in folders that other programs made.
 *
 * @throws UserError naming the field that is wrong
 */
export function readFolderFields(
  given: string,
  classes: readonly string[],
  manifest: { decision?: unknown; reference?: unknown },
): { decision?: Decision; reference?: Reference } {
  const check = <T>(name: string, schema: z.ZodType<T>, value: unknown): T => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [{ path, message }] = result.error.issues;
    throw new UserError(`model.json of ${given}: ${[name, ...path].join(".")} is wrong: ${message}.`);
  };
  const { decision, reference } = manifest;
  const decided = decision === undefined ? undefined : check("decision", decisionSchema, decision);
  if (decided?.target !== undefined && !classes.includes(decided.target)) {
    throw new UserError(`model.json of ${given}: decision.target "${decided.target}" is no class of the model.`);
  }
  return {
    ...(decided && { decision: decided as Decision }),
    ...(reference !== undefined && { reference: check("reference", referenceSchema, reference) as Reference }),
  };
}
