/**
 * Share of a standard normal that lies below z; relative error below 1e-13 down to z = −37.
 *
 * Sources: the series of Marsaglia 2004 within ±5, Laplace's continued fraction beyond.
 */
export function normalShare(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < -5) return tail(-z);
  if (z > 5) return 1 - tail(z);
  let sum = z;
  let term = z;
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return z < -2 ? tail(-z) : 0.5 + sum * density(z);
}

const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Upper tail for z ≥ 2. */
function tail(z: number): number {
  let fraction = z;
  for (let k = 200; k > 0; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}

/**
 * The deviate that a share p of a standard normal lies below, by Newton's method on {@link normalShare}; within 1e-12.
 *
 * @param p in [0, 1]; 0 and 1 give −∞ and ∞
 */
export function normalDeviate(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? Number.NEGATIVE_INFINITY : p === 1 ? Number.POSITIVE_INFINITY : Number.NaN;
  if (p > 0.5) return -normalDeviate(1 - p);
  // Start: the leading term of the tail's expansion; Newton on the logarithm converges from it for any p.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = -(
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3)
  );
  for (let i = 0; i < 3; i++) {
    const share = normalShare(z);
    z -= (Math.log(share / p) * share) / density(z);
  }
  return z;
}
