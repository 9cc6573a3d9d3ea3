export { extractFeatures, featureExtractor, featureNames } from "./extract.js";
export { type PoolOptions, type PoolStatistic, poolFeatures } from "./pool.js";
export { resolveFeatureConfig } from "./resolve.js";
export { createFeatureStream, type FeatureStream } from "./stream.js";
export type {
  ChromaConfig,
  CqccConfig,
  FeatureConfig,
  FeatureKind,
  FramingConfig,
  GammatoneConfig,
  LfccConfig,
  LogGammatoneConfig,
  LogMelConfig,
  MelConfig,
  MelSpectrogramConfig,
  MfccConfig,
  PcenConfig,
  PoolConfig,
  ResolvedFeatureConfig,
  SharedConfig,
  SpectrogramConfig,
  TrimConfig,
} from "./types.js";
