import { requireFinite, requireMatrix, requireSampleRate } from "../core/check.js";
import { createRng, type Rng } from "../core/random.js";
import type { Matrix } from "../core/types.js";
import { checkTransforms } from "./check.js";
import { type Drawn, featureKinds, type Kind, sampleKinds } from "./kinds.js";
import type { AugmentAssets, OneOf, Range, Transform } from "./types.js";

/** A checked augmentation: knows no state, so one may serve many clips at once. */
export interface Augment {
  /** The steps that change audio are there. */
  readonly changesSamples: boolean;
  /** The steps that change features are there. */
  readonly changesFeatures: boolean;
  /**
   * Applies the steps that change audio, in order. The same seed gives the same result; use another for each clip and epoch.
   *
   * @returns the changed audio, a new array; its length differs after timeStretch, speed and crop
   */
  apply(samples: Float32Array, options: { sampleRate: number; seed: number | Rng }): Float32Array;
  /** Applies the steps that change features (frames × bands), in order; returns a new matrix. */
  applyToFeatures(features: Matrix, options: { seed: number | Rng }): Matrix;
  /** The steps, as they were given: {@link compose} takes them back. */
  toJSON(): Transform[];
}

/**
 * Puts transforms together. They are plain JSON, so that a recipe can hold them; options are ranges to draw from.
 *
 * Each step draws from a source of its own, so changing the options of one does not change what another draws.
 *
 * @param transforms applied in order, each with its probability `p`
 * @param options.assets recordings for backgroundNoise and impulseResponse, by name
 * @throws RangeError if a kind or option is unknown (naming the nearest known one), a value is out of range, or an asset is missing
 */
export function compose(transforms: readonly Transform[], { assets = {} }: { assets?: AugmentAssets } = {}): Augment {
  checkTransforms(transforms, assets);
  const source = (seed: number | Rng): Rng => (typeof seed === "number" ? createRng(seed) : seed);
  return {
    changesSamples: uses(transforms, sampleKinds),
    changesFeatures: uses(transforms, featureKinds),
    apply(samples, { sampleRate, seed }) {
      requireFinite("augment", "samples", samples);
      requireSampleRate("augment", sampleRate);
      return run(transforms, sampleKinds, samples.slice(), { rng: source(seed), sampleRate, assets });
    },
    applyToFeatures(features, { seed }) {
      requireMatrix("augment", "features", features);
      const copy = { ...features, data: features.data.slice() };
      return run(transforms, featureKinds, copy, { rng: source(seed), sampleRate: 0, assets });
    },
    toJSON: () => structuredClone(transforms) as Transform[],
  };
}

/**
 * {@link compose} for what was read from a file: checks that it is a list of transforms.
 *
 * @throws TypeError if the value is no list of objects; RangeError as `compose`
 */
export function augmentFromConfig(config: unknown, options: { assets?: AugmentAssets } = {}): Augment {
  if (!Array.isArray(config)) {
    throw new TypeError(`augment: must be a list of transforms, got ${config === null ? "null" : typeof config}.`);
  }
  return compose(config as Transform[], options);
}

const isOneOf = (transform: Transform): transform is OneOf => transform.kind === "oneOf";

const uses = (transforms: readonly Transform[], kinds: object): boolean =>
  transforms.some((t) => (isOneOf(t) ? uses(t.transforms, kinds) : t.kind in kinds));

function run<T>(
  transforms: readonly Transform[],
  kinds: Readonly<Record<string, Kind<T>>>,
  input: T,
  { rng, sampleRate, assets }: { rng: Rng; sampleRate: number; assets: AugmentAssets },
): T {
  let data = input;
  for (const transform of transforms) {
    const own = rng.fork();
    if (own.next() >= (transform.p ?? 1)) continue;
    if (isOneOf(transform)) {
      const chosen = transform.transforms[draw(transform, own)];
      data = run([chosen], kinds, data, { rng: own, sampleRate, assets });
    } else if (transform.kind in kinds) {
      const kind = kinds[transform.kind];
      const asset = (name: string): Float32Array => assets[name][own.integer(0, assets[name].length - 1)];
      data = kind.apply(data, { ...drawOptions(transform, kind, own), rng: own, sampleRate, asset });
    }
  }
  return data;
}

function draw({ transforms, weights = transforms.map(() => 1) }: OneOf, rng: Rng): number {
  let left = rng.next() * weights.reduce((a, b) => a + b, 0);
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i];
    if (left < 0) return i;
  }
  return weights.length - 1;
}

function drawOptions(
  transform: Transform,
  { options }: Pick<Kind<unknown>, "options">,
  rng: Rng,
): Pick<Drawn, "n" | "s"> {
  const given = transform as unknown as Record<string, Range | string | undefined>;
  const n: Record<string, number> = {};
  const s: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(options)) {
    const value = parameter.draw((given[name] ?? parameter.fallback) as Range | string, rng);
    if (typeof value === "number") n[name] = value;
    else s[name] = value;
  }
  return { n, s };
}
