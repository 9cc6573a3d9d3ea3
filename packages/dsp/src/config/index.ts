export { extractFeatures, featureExtractor, featureNames } from "./extract.js";
export { type PoolOptions, type PoolStatistic, poolFeatures } from "./pool.js";
export { resolveFeatureConfig } from "./resolve.js";
export { createFeatureStream, type FeatureStream } from "./stream.js";
export type {
  FeatureConfig,
  FeatureKind,
  FramingConfig,
  LfccConfig,
  LogMelConfig,
  MelConfig,
  MelSpectrogramConfig,
  MfccConfig,
  PoolConfig,
  ResolvedFeatureConfig,
  SharedConfig,
  SpectrogramConfig,
  TrimConfig,
} from "./types.js";
