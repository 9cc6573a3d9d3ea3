/** Random whole numbers for resampling. */
export interface Rng {
  /** A whole number in [0, below), below ≤ 2³². */
  below(below: number): number;
  /** A double in [0, 1). */
  uniform(): number;
}

/**
 * sfc32 (Chris Doty-Humphrey's small fast counter, 128 bits of state) seeded by one number: the same draws on any machine.
 */
export function createRng(seed: number): Rng {
  let a = seed >>> 0;
  let b = Math.floor(seed / 2 ** 32) >>> 0;
  let c = 0x9e3779b9;
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  return {
    // Multiplying keeps the bias below below / 2³²: one part in 40,000 for 100,000 items.
    below: (below) => Math.floor((next() / 2 ** 32) * below),
    uniform: () => (next() * 2 ** 21 + (next() >>> 11)) / 2 ** 53,
  };
}
