import type { Rng } from "./rng.js";

/**
 * How many of n draws succeed that succeed with probability p each: exact, in constant time for large n.
 *
 * Source: Hörmann 1993, BTRS (transformed rejection with squeeze); inversion where n·p < 10.
 */
export function binomial(rng: Rng, n: number, p: number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(rng, n, 1 - p);
  return n * p < 10 ? byInversion(rng, n, p) : byRejection(rng, n, p);
}

function byInversion(rng: Rng, n: number, p: number): number {
  const odds = p / (1 - p);
  let chance = (1 - p) ** n;
  let u = rng.uniform();
  let k = 0;
  while (u > chance && k < n) {
    u -= chance;
    k++;
    chance *= (odds * (n - k + 1)) / k;
  }
  return k;
}

function byRejection(rng: Rng, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const squeeze = 0.92 - 4.2 / b;
  for (;;) {
    const u = rng.uniform() - 0.5;
    const v = rng.uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > n) continue;
    const alpha = (2.83 + 5.1 / b) * spread;
    const mode = Math.floor((n + 1) * p);
    const odds = p / (1 - p);
    const bound =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      stirlingError(mode) +
      stirlingError(n - mode) -
      stirlingError(k) -
      stirlingError(n - k);
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= bound) return k;
  }
}

const SMALL = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.020790672103765, 0.0166446911898211, 0.0138761288230707,
  0.0118967099458917, 0.010411265261972, 0.00925546218271273, 0.00833056343336287,
];

/** ln k! less Stirling's approximation of it in (k + ½) ln(k + 1) − (k + 1) + ½ ln 2π. */
function stirlingError(k: number): number {
  if (k < SMALL.length) return SMALL[k];
  const x = k + 1;
  return (1 / 12 - (1 / 360 - 1 / (1260 * x * x)) / (x * x)) / x;
}
