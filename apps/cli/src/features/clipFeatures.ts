import type { AudioClip } from "@earshot/datasets";
import { type FeatureConfig, featureExtractor, featureNames, type Matrix, resample } from "@earshot/dsp";

/**
 * Makes what turns recordings at whatever rate into features; tables are made once.
 *
 * The result's function returns what `extractFeatures` does (one row when the config pools, else a row a frame) and throws a RangeError that
 * names where, if the clip or its features hold NaN or ±∞.
 *
 * @throws RangeError or TypeError if the config is wrong
 */
export function clipFeatures(config: FeatureConfig): (clip: AudioClip) => Matrix {
  const extract = featureExtractor(config);
  let names: string[] | undefined;
  return ({ samples, sampleRate }) => {
    const heard =
      sampleRate === config.sampleRate ? samples : resample(samples, { from: sampleRate, to: config.sampleRate });
    const features = extract(heard);
    const { data, cols } = features;
    const bad = data.findIndex((v) => !Number.isFinite(v));
    if (bad >= 0) {
      names ??= featureNames(config);
      const row = Math.floor(bad / cols);
      throw new RangeError(`feature ${names[bad % cols]} is ${data[bad]} in row ${row}; is the recording silent?`);
    }
    return features;
  };
}
