import type { FloatArray } from "./types.js";

/** Spectrum of one frame. */
export interface Spectrum {
  re: FloatArray;
  im: FloatArray;
}

/** Makes one output frame after the other between pairs of neighbouring input frames, carrying the phase of each bin along. */
export interface Vocoder extends Spectrum {
  /** Input frames around the output frame, to be filled. */
  before: Spectrum;
  after: Spectrum;
  /** Takes the phases of the frame before. */
  start(): void;
  /** Makes a frame `share` of the way, in `re` and `im`; then moves the phases on by what lies between the two. */
  step(share: number): void;
}

/**
 * In double precision, on any host.
 *
 * The classic formula unwraps the phase difference of two frames around its expected advance, and adds it to the running
 * phase: as that changes it by whole turns only, multiplying unit phasors does the same without a single arc tangent.
 * A bin of 0 points along the real axis.
 */
export function createPlainVocoder(bins: number): Vocoder {
  const [cos, sin, re, im] = Array.from({ length: 4 }, () => new Float64Array(bins));
  const [a, b] = [0, 1].map(() => ({ re: new Float64Array(bins), im: new Float64Array(bins) }));
  return {
    re,
    im,
    before: a,
    after: b,
    start() {
      for (let k = 0; k < bins; k++) {
        const size = Math.hypot(a.re[k], a.im[k]);
        cos[k] = size > 0 ? a.re[k] / size : 1;
        sin[k] = size > 0 ? a.im[k] / size : 0;
      }
    },
    step(share) {
      for (let k = 0; k < bins; k++) {
        const [x, y, u, v] = [a.re[k], a.im[k], b.re[k], b.im[k]];
        const sizeA = Math.sqrt(x * x + y * y);
        const sizeB = Math.sqrt(u * u + v * v);
        const size = (1 - share) * sizeA + share * sizeB;
        const c = cos[k];
        const s = sin[k];
        re[k] = size * c;
        im[k] = size * s;
        const [cosA, sinA] = sizeA > 0 ? [x / sizeA, y / sizeA] : [1, 0];
        const [cosB, sinB] = sizeB > 0 ? [u / sizeB, v / sizeB] : [1, 0];
        const turnCos = cosB * cosA + sinB * sinA;
        const turnSin = sinB * cosA - cosB * sinA;
        const nextCos = c * turnCos - s * turnSin;
        const nextSin = c * turnSin + s * turnCos;
        // One Newton step keeps the phasor on the unit circle over hours of frames.
        const norm = 1.5 - 0.5 * (nextCos * nextCos + nextSin * nextSin);
        cos[k] = nextCos * norm;
        sin[k] = nextSin * norm;
      }
    },
  };
}
