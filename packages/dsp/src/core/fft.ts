import { requireInteger } from "./check.js";
import { factorise, planStages, runStage } from "./fftStages.js";
import type { FloatArray } from "./types.js";

/** Complex transform of one length; keeps its tables and work space, so make it once and use it often. */
export interface Fft {
  readonly length: number;
  /** X[k] = Σ x[t]·e^(−2πi·kt/n), in place. */
  forward(re: FloatArray, im: FloatArray): void;
  /** x[t] = 1/n · Σ X[k]·e^(2πi·kt/n), in place: undoes `forward`. */
  inverse(re: FloatArray, im: FloatArray): void;
}

/** Beyond this prime factor Bluestein's detour over a power of two is faster than the direct sum. */
const largestPrime = 23;

/**
 * Discrete Fourier transform of any length, in double precision: radices 4, 2, 3, 5 and small primes, else Bluestein's algorithm.
 *
 * @param n length, ≥ 1
 * @throws RangeError if n is not a whole number ≥ 1
 * @see createRealFft for real signals, at half the work
 */
export function createFft(n: number): Fft {
  requireInteger("createFft", "n", n, 1);
  const run = createTransform(n);
  const re64 = new Float64Array(n);
  const im64 = new Float64Array(n);
  return {
    length: n,
    forward(re, im) {
      re64.set(re.length === n ? re : re.subarray(0, n));
      im64.set(im.length === n ? im : im.subarray(0, n));
      run(re64, im64);
      re.set(re64);
      im.set(im64);
    },
    inverse(re, im) {
      // Swapping the parts of input and output turns the forward transform into the inverse.
      re64.set(re.length === n ? re : re.subarray(0, n));
      im64.set(im.length === n ? im : im.subarray(0, n));
      run(im64, re64);
      for (let i = 0; i < n; i++) {
        re[i] = re64[i] / n;
        im[i] = im64[i] / n;
      }
    },
  };
}

/** Forward transform in place on doubles: what the other transforms are built of. */
export type Transform = (re: Float64Array, im: Float64Array) => void;

export function createTransform(n: number): Transform {
  return Math.max(...factorise(n), 1) > largestPrime ? bluestein(n) : stockham(n);
}

function stockham(n: number): Transform {
  const stages = planStages(n);
  const workRe = new Float64Array(n);
  const workIm = new Float64Array(n);
  return (re, im) => {
    let xr: Float64Array = re;
    let xi: Float64Array = im;
    let yr: Float64Array = workRe;
    let yi: Float64Array = workIm;
    for (const stage of stages) {
      runStage(stage, xr, xi, yr, yi);
      [xr, yr] = [yr, xr];
      [xi, yi] = [yi, xi];
    }
    if (xr !== re) {
      re.set(xr);
      im.set(xi);
    }
  };
}

/** A transform of any length as a convolution with a chirp, done by transforms of a power of two. */
function bluestein(n: number): Transform {
  const size = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const inner = stockham(size);
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    // k² mod 2n keeps the angle small and its cosine exact to the last digits; BigInt-free since k² < 2⁵³ for every n that fits memory.
    const angle = (Math.PI * ((k * k) % (2 * n))) / n;
    cos[k] = Math.cos(angle);
    sin[k] = Math.sin(angle);
  }
  const chirpRe = new Float64Array(size);
  const chirpIm = new Float64Array(size);
  for (let k = 0; k < n; k++) {
    chirpRe[k] = chirpRe[(size - k) % size] = cos[k];
    chirpIm[k] = chirpIm[(size - k) % size] = sin[k];
  }
  inner(chirpRe, chirpIm);
  const re64 = new Float64Array(size);
  const im64 = new Float64Array(size);
  return (re, im) => {
    re64.fill(0);
    im64.fill(0);
    for (let k = 0; k < n; k++) {
      re64[k] = re[k] * cos[k] + im[k] * sin[k];
      im64[k] = im[k] * cos[k] - re[k] * sin[k];
    }
    inner(re64, im64);
    for (let k = 0; k < size; k++) {
      const r = re64[k] * chirpRe[k] - im64[k] * chirpIm[k];
      im64[k] = re64[k] * chirpIm[k] + im64[k] * chirpRe[k];
      re64[k] = r;
    }
    inner(im64, re64);
    for (let k = 0; k < n; k++) {
      re[k] = (re64[k] * cos[k] + im64[k] * sin[k]) / size;
      im[k] = (im64[k] * cos[k] - re64[k] * sin[k]) / size;
    }
  };
}
