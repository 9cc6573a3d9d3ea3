import { cacheKey, createCache } from "../core/cache.js";
import { requireSamples } from "../core/check.js";
import { preEmphasis } from "../core/preEmphasis.js";
import type { Matrix } from "../core/types.js";
import { trim } from "../effects/trim.js";
import { withDeltas } from "../features/deltaStream.js";
import { normalizeFeatures } from "../features/normalize.js";
import { kinds } from "./kinds.js";
import { poolFeatures } from "./pool.js";
import { resolveFeatureConfig } from "./resolve.js";
import type { FeatureConfig, ResolvedShared } from "./types.js";

/**
 * Features of a clip, as a model eats them.
 *
 * @param samples mono audio at `config.sampleRate` (`resample` brings other rates there), length n ≥ 1; not modified
 * @param config what to compute: see {@link FeatureConfig}
 * @returns frames × features, or 1 × d when pooled; its columns are {@link featureNames}
 * @throws RangeError if the config is wrong, samples hold NaN or ±∞, or nothing is left of them: no sample, or (not centred) no whole frame to
 *   pool or normalise
 * @see createFeatureStream for audio that is still coming
 */
export function extractFeatures(samples: Float32Array, config: FeatureConfig): Matrix {
  return extractors(cacheKey(config), () => featureExtractor(config))(samples);
}

/** Resolving a config costs more than the features of a short clip. */
const extractors = createCache<(samples: Float32Array) => Matrix>(16);

/** {@link extractFeatures} for many clips: the config is resolved and its tables are made once. */
export function featureExtractor(config: FeatureConfig): (samples: Float32Array) => Matrix {
  const resolved = resolveFeatureConfig(config);
  const fn = "extractFeatures";
  const features = kinds[resolved.kind].features(fn, { ...resolved });
  return (samples) => {
    requireSamples(fn, "samples", samples);
    const ready = conditioned(samples, resolved);
    if (ready.length === 0) throw new RangeError(`${fn}: samples must not be empty.`);
    let matrix = withDeltas(features.rows(ready), { orders: resolved.deltas });
    const { normalize, pool } = resolved;
    if (matrix.rows === 0 && (normalize !== "none" || pool)) {
      throw new RangeError(
        `${fn}: ${ready.length} samples hold no whole frame of nFft = ${features.frameLength}; set center: true or durationSec.`,
      );
    }
    if (normalize !== "none") matrix = normalizeFeatures(matrix, { variance: normalize === "meanVariance" });
    return pool ? poolFeatures(matrix, pool) : matrix;
  };
}

/** Names of the columns that {@link extractFeatures} returns: `mfcc3`, `mfcc3.delta`, `mfcc3.mean`, `mfcc3.delta2.std.part1of2`. */
export function featureNames(config: FeatureConfig): string[] {
  const resolved = resolveFeatureConfig(config);
  const base = kinds[resolved.kind].names(resolved as unknown as Record<string, unknown>);
  const names = [...base];
  if (resolved.deltas > 0) names.push(...base.map((name) => `${name}.delta`));
  if (resolved.deltas > 1) names.push(...base.map((name) => `${name}.delta2`));
  if (!resolved.pool) return names;
  const { statistics, segments } = resolved.pool;
  return Array.from({ length: segments }, (_, s) => (segments === 1 ? "" : `.part${s + 1}of${segments}`)).flatMap(
    (part) => statistics.flatMap((statistic) => names.map((name) => `${name}.${statistic}${part}`)),
  );
}

/** The steps before the features: samples in, samples out. */
function conditioned(samples: Float32Array, config: ResolvedShared): Float32Array {
  let out = config.trim ? trim(samples, config.trim).samples : samples;
  if (config.preEmphasis > 0) out = preEmphasis(out, { coefficient: config.preEmphasis });
  if (config.durationSec === null) return out;
  const length = Math.round(config.durationSec * config.sampleRate);
  if (out.length === length) return out;
  const shift = config.durationAlign === "center" ? Math.floor((length - out.length) / 2) : 0;
  const fixed = new Float32Array(length);
  fixed.set(out.subarray(Math.max(0, -shift), Math.max(0, -shift) + length), Math.max(0, shift));
  return fixed;
}
