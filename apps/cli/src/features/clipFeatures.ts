import type { AudioClip } from "@earshot/datasets";
import {
  compose,
  type FeatureConfig,
  featureExtractor,
  featureNames,
  type Matrix,
  resample,
  type Transform,
} from "@earshot/dsp";
import { isVoice, type VoiceConfig, voiceExtractor, voiceNames } from "./voiceFeatures.js";

/** Changed copies of each clip, beside the clip itself. */
export interface AugmentSpec {
  copies: number;
  transforms: readonly Transform[];
}

/** Features of a clip, and of its changed copies. */
export interface ClipFeatures {
  features: Matrix;
  copies: Matrix[];
}

/** Names of a config's columns, in their order. @throws RangeError or TypeError if the config is wrong */
export const clipFeatureNames = (config: FeatureConfig): string[] =>
  isVoice(config) ? voiceNames(config as unknown as VoiceConfig) : featureNames(config);

/**
 * Makes what turns recordings at whatever rate into features; tables are made once.
 *
 * The result's function returns what `extractFeatures` does (one row when the config pools, else a row a frame), for the clip and for each
 * copy; `seed` decides the copies. It throws a RangeError that names where, if the clip or its features hold NaN or ±∞.
 *
 * @throws RangeError or TypeError if the config or a transform is wrong
 */
export function clipFeatures(
  config: FeatureConfig,
  augment?: AugmentSpec | null,
): (clip: AudioClip, seed?: number) => ClipFeatures {
  const extract = isVoice(config) ? voiceExtractor(config as unknown as VoiceConfig) : featureExtractor(config);
  const change = augment ? compose(augment.transforms) : undefined;
  const { sampleRate: rate } = config;
  let names: string[] | undefined;
  const checked = (features: Matrix): Matrix => {
    const { data, cols } = features;
    const bad = data.findIndex((v) => !Number.isFinite(v));
    if (bad < 0) return features;
    names ??= clipFeatureNames(config);
    const row = Math.floor(bad / cols);
    throw new RangeError(`feature ${names[bad % cols]} is ${data[bad]} in row ${row}; is the recording silent?`);
  };
  return ({ samples, sampleRate }, seed = 0) => {
    // Brought to a fixed length it would be silence that has a class.
    if (samples.length === 0) throw new RangeError("the recording is empty: it has no sample.");
    const heard = sampleRate === rate ? samples : resample(samples, { from: sampleRate, to: rate });
    const copies: Matrix[] = [];
    for (let copy = 0; change && augment && copy < augment.copies; copy++) {
      const own = seed * augment.copies + copy;
      const changed = change.changesSamples ? change.apply(heard, { sampleRate: rate, seed: own }) : heard;
      const features = extract(changed);
      copies.push(checked(change.changesFeatures ? change.applyToFeatures(features, { seed: own }) : features));
    }
    return { features: checked(extract(heard)), copies };
  };
}
