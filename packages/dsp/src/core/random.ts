/** Seeded source of random numbers; the same seed gives the same numbers on every machine. */
export interface Rng {
  /** Next number, uniform in [0, 1), in steps of 2⁻³². */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Whole number, uniform in [low, high], both ends included. */
  integer(low: number, high: number): number;
  /** Normal deviate, mean 0 and deviation 1 unless told otherwise. */
  normal(mean?: number, deviation?: number): number;
  /** A new source for a part of the work: what it draws does not depend on how much its parent draws afterwards. */
  fork(): Rng;
}

/**
 * Creates a seeded random source: small fast counter (sfc32), good enough for audio and augmentation, not for secrets.
 *
 * @param seed any finite number; whole numbers to 2⁵³ give distinct streams
 * @throws RangeError if the seed is NaN or ±∞
 * Source: Doty-Humphrey, PractRand `sfc32`; normal deviates by Marsaglia's polar method.
 */
export function createRng(seed: number): Rng {
  if (!Number.isFinite(seed)) throw new RangeError(`createRng: seed must be finite, got ${seed}.`);
  const whole = Math.trunc(seed);
  // A fraction of the seed counts too: 0.1 and 0.2 must not draw the same numbers.
  const fraction = Math.round((seed - whole) * 2 ** 32) >>> 0;
  return sfc32(whole >>> 0, (Math.trunc(whole / 2 ** 32) ^ 0x9e3779b9) >>> 0, fraction ^ 0x243f6a88);
}

function sfc32(seedA: number, seedB: number, seedC: number): Rng {
  let a = seedA | 0;
  let b = seedB | 0;
  let c = seedC | 0;
  let counter = 1;
  let spare = Number.NaN;

  const draw = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i++) draw();

  const next = (): number => draw() * 2 ** -32;
  return {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    integer: (low, high) => low + Math.floor((high - low + 1) * next()),
    normal(mean = 0, deviation = 1) {
      let z = spare;
      spare = Number.NaN;
      while (Number.isNaN(z)) {
        const x = 2 * next() - 1;
        const y = 2 * next() - 1;
        const r2 = x * x + y * y;
        if (r2 > 0 && r2 < 1) {
          const scale = Math.sqrt((-2 * Math.log(r2)) / r2);
          z = x * scale;
          spare = y * scale;
        }
      }
      return mean + deviation * z;
    },
    fork: () => sfc32(draw(), draw(), draw()),
  };
}
