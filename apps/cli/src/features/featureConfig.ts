import { type FeatureConfig, resolveFeatureConfig } from "@earshot/dsp";
import { UsageError } from "../cli/errors.js";
import { explainIssue } from "../recipe/explain.js";
import { isVoice, voiceSchema } from "./voiceFeatures.js";

/**
 * The recipe's features, checked, with every default; null where the model takes the items as they are.
 *
 * @throws UsageError naming the key or value that is wrong, or if sound comes without features, or texts, tables and pictures with them
 */
export function featureConfig(features: { kind: string } | null, dataKind: string): FeatureConfig | null {
  if (dataKind === "texts" || dataKind === "table" || dataKind === "pictures") {
    if (features === null) return null;
    throw new UsageError(
      "features are made of sound; texts, tables and pictures go to the model as they are: leave features out.",
    );
  }
  if (features === null) throw new UsageError('features is missing, such as { kind: "mfcc", sampleRate: 16000 }.');
  if (isVoice(features)) return readVoice(features);
  try {
    return resolveFeatureConfig(features as FeatureConfig);
  } catch (error) {
    const reason = (error as Error).message.replace(/^resolveFeatureConfig: /, "");
    throw new UsageError(`features: ${reason}`, { cause: error });
  }
}

/** The config of a voice's row; it pools by itself, which those who stack features ask for. */
function readVoice(features: { kind: string }): FeatureConfig {
  const { pool: _, ...given } = features as { kind: string; pool?: unknown };
  const read = voiceSchema.safeParse(given);
  if (!read.success) throw new UsageError(explainIssue("features", voiceSchema, given, read.error));
  return { ...read.data, pool: { statistics: [], segments: 1 } } as unknown as FeatureConfig;
}
