/** Seeded source of random numbers; the same seed gives the same numbers on every machine. */
export interface Rng {
  /** Uniform in [0, 1), in steps of 2⁻³². */
  next(): number;
  /** Whole number, uniform in [0, n). */
  below(n: number): number;
  /** Normal deviate, mean 0 and deviation 1. */
  normal(): number;
}

/**
 * A seeded random source (sfc32): good for sampling, not for secrets.
 *
 * @param seed whole number
 * @param stream tells apart sources with the same seed: tree 3 of a forest draws the same whatever the other trees do
 * Source: Doty-Humphrey, PractRand `sfc32`; normal deviates by Marsaglia's polar method.
 */
export function createRandom(seed: number, stream = 0): Rng {
  let a = seed | 0;
  let b = (Math.floor(seed / 2 ** 32) ^ 0x9e3779b9) | 0;
  let c = (stream ^ 0x243f6a88) | 0;
  let counter = 1;
  const draw = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) draw();
  const next = (): number => draw() * 2 ** -32;
  return {
    next,
    below: (n) => Math.floor(next() * n),
    normal() {
      for (;;) {
        const x = 2 * next() - 1;
        const y = 2 * next() - 1;
        const r2 = x * x + y * y;
        if (r2 > 0 && r2 < 1) return x * Math.sqrt((-2 * Math.log(r2)) / r2);
      }
    },
  };
}

/** 0 … n − 1 in random order (Fisher–Yates). */
export function permutation(n: number, rng: Rng): Int32Array {
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const j = rng.below(i + 1);
    order[i] = order[j];
    order[j] = i;
  }
  return order;
}
