import { createRandom } from "../core/random.js";

/** A point in the noise that sounds are made from, and the seed of what is drawn beyond it. */
export interface NoisePoint {
  /** [latent], normal deviates. */
  values: Float32Array;
  /** Of the fine grain that a variational model draws on top. */
  grain: number;
}

/** Stream of the seed that noise is drawn from. */
const NOISE = 77;

/**
 * The noise of some sounds; number i is the same whatever their count.
 *
 * @param truncation deviates beyond ± this are drawn again, so that sounds are more usual and less various (default: none)
 * Source: truncation trick, Brock, Donahue & Simonyan 2018.
 */
export function drawNoise(latent: number, count: number, seed: number, truncation?: number): NoisePoint[] {
  if (truncation !== undefined && !(truncation > 0)) {
    throw new RangeError(`drawNoise: truncation must be above 0, got ${truncation}.`);
  }
  return Array.from({ length: count }, (_, i) => {
    const rng = createRandom(seed, NOISE + 1000 * i);
    const draw = (): number => {
      for (;;) {
        const v = rng.normal();
        if (truncation === undefined || Math.abs(v) <= truncation) return v;
      }
    };
    return { values: Float32Array.from({ length: latent }, draw), grain: rng.below(2 ** 31) };
  });
}

/**
 * Points on the way from one to another, both included, along the great circle on which normal deviates lie.
 *
 * Source: White 2016, spherical interpolation. The grain stays that of the first.
 */
export function betweenNoise(from: NoisePoint, to: NoisePoint, count: number): NoisePoint[] {
  const norm = (v: Float32Array): number => Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
  const dot = from.values.reduce((sum, x, i) => sum + x * to.values[i], 0);
  const angle = Math.acos(Math.min(1, Math.max(-1, dot / (norm(from.values) * norm(to.values)))));
  return Array.from({ length: count }, (_, k) => {
    const t = count === 1 ? 0 : k / (count - 1);
    const [a, b] =
      angle < 1e-4 ? [1 - t, t] : [Math.sin((1 - t) * angle) / Math.sin(angle), Math.sin(t * angle) / Math.sin(angle)];
    return { values: from.values.map((x, i) => a * x + b * to.values[i]), grain: from.grain };
  });
}
