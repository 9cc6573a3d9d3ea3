import { type FeatureConfig, resolveFeatureConfig } from "@earshot/dsp";
import { UsageError } from "../cli/errors.js";

/** The recipe's features, checked, with every default. @throws UsageError naming the key or value that is wrong */
export function featureConfig(features: { kind: string }): FeatureConfig {
  try {
    return resolveFeatureConfig(features as FeatureConfig);
  } catch (error) {
    const reason = (error as Error).message.replace(/^resolveFeatureConfig: /, "");
    throw new UsageError(`features: ${reason}`, { cause: error });
  }
}
