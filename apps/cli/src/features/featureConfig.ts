import { type FeatureConfig, resolveFeatureConfig } from "@earshot/dsp";
import { UsageError } from "../cli/errors.js";

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
  try {
    return resolveFeatureConfig(features as FeatureConfig);
  } catch (error) {
    const reason = (error as Error).message.replace(/^resolveFeatureConfig: /, "");
    throw new UsageError(`features: ${reason}`, { cause: error });
  }
}
