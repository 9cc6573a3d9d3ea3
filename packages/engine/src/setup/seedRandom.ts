const hostRandom = Math.random;

/**
 * TensorFlow.js draws initial weights, dropout and the order of samples from `Math.random` where no seed is given, and offers no
 * other way in; so a seed puts a seeded source in its place.
 *
 * @param seed whole number; `null` gives the host's own source back
 */
export function seedRandom(seed: number | null): void {
  if (seed === null) {
    Math.random = hostRandom;
    return;
  }
  if (!Number.isSafeInteger(seed)) {
    throw new RangeError(`useEngine: seed must be a whole number, or null for the host's own source, got ${seed}.`);
  }
  Math.random = createRandom(seed);
}

/** Numbers in [0, 1) with 53 bits: sfc32 (Doty-Humphrey, PractRand), started by the seed and stirred. */
function createRandom(seed: number): () => number {
  let [a, b, c, counter] = [0x9e3779b9, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
}
