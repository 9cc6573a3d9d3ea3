import { createHash } from "node:crypto";
import { createRng } from "@earshot/dsp";
import { factNames, measureSound } from "../novelty/soundFacts.js";
import { earshotVersion } from "../run/environment.js";
import { type AugmentSpec, clipFeatures } from "./clipFeatures.js";
import { itemSeed, type Job } from "./task.js";

/** What the features of a job depend on beside the sound: addresses in the cache. */
export interface CacheConfigs {
  own: object;
  /** Of changed copies, beside the key of each. */
  copies: object;
}

/**
 * Addresses of a job's features. They hold the fingerprint of what the job makes of a fixed sound, so that features of a release
 * that computes otherwise are never taken for today's.
 *
 * @returns undefined if the fixed sound cannot be turned into features: then nothing is cached
 */
export function cacheConfigs({ config, augment }: Job): CacheConfigs | undefined {
  try {
    // Few copies tell as much as many: a transform is in all of them, by chance or in order.
    const spec = augment && { copies: Math.min(augment.copies, 4), transforms: augment.transforms };
    const { features, copies } = clipFeatures(config, spec)(fixedSound(config.sampleRate), 1);
    const version = earshotVersion();
    return {
      own: { config, version, made: hashOf([features.data]) },
      copies: { config, version, transforms: augment?.transforms, made: hashOf(copies.map(({ data }) => data)) },
    };
  } catch {
    return undefined;
  }
}

/** Address of what recordings are like for a model at a rate, as numbers in the order of `factNames`. */
export function factsConfig(sampleRate: number): object {
  const facts = measureSound(fixedSound(sampleRate), sampleRate);
  return { facts: factNames, sampleRate, version: earshotVersion(), made: Object.values(facts) };
}

/** What the changed copies of an item are kept under: its sound and each copy's own seed. */
export function copyKeys(augment: AugmentSpec | null, audio: string, seed: number, place: number): string[] {
  const count = augment?.copies ?? 0;
  return Array.from({ length: count }, (_, copy) => `${audio}#${itemSeed(seed, place) * count + copy}`);
}

/** A second of a gliding tone in noise, at a rate that has to be changed. */
function fixedSound(wantedRate: number) {
  const sampleRate = wantedRate === 22050 ? 16000 : 22050;
  const rng = createRng(1);
  const samples = Float32Array.from({ length: sampleRate }, (_, t) => {
    const x = t / sampleRate;
    return 0.4 * Math.sin(2 * Math.PI * (150 * x + 300 * x * x)) * Math.min(1, 8 * x) + 0.05 * (2 * rng.next() - 1);
  });
  return { samples, sampleRate };
}

function hashOf(arrays: readonly Float32Array[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex").slice(0, 16);
}
