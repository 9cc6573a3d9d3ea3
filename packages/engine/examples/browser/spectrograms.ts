/** What the network learns to tell apart. */
export const kinds = ["rising", "falling", "steady", "burst"] as const;

/** Frames and bands of a picture. */
export const frames = 32;
export const bands = 24;

/** Pictures of sounds on noise, and the index of each one's kind. */
export interface Pictures {
  /** n · frames · bands numbers, about in [0, 2]. */
  data: Float32Array;
  kinds: Int32Array;
}

/**
 * Spectrograms of made sounds: a line that rises, falls or stays, or a short burst over all bands.
 *
 * @param uniform random numbers in [0, 1)
 */
export function makeSpectrograms(n: number, uniform: () => number): Pictures {
  const data = new Float32Array(n * frames * bands);
  const labels = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const kind = i % kinds.length;
    labels[i] = kind;
    const slope = [1, -1, 0, 0][kind] * (0.2 + 0.4 * uniform());
    const start = bands / 2 - (slope * frames) / 2 + 4 * (uniform() - 0.5);
    const [onset, length] = [Math.floor(4 + 16 * uniform()), 3 + Math.floor(4 * uniform())];
    for (let t = 0; t < frames; t++) {
      for (let b = 0; b < bands; b++) {
        const line = Math.exp(-((b - start - slope * t) ** 2) / 2);
        const burst = t >= onset && t < onset + length ? 0.9 : 0;
        data[(i * frames + t) * bands + b] = 0.8 * uniform() + (kind === 3 ? burst : line);
      }
    }
  }
  return { data, kinds: labels };
}

/** What the network is tried on, the same on the page as in the worker. */
export const makeUnheard = (): Pictures => makeSpectrograms(128, seeded(2));

/** A small random source (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
