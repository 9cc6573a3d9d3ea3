import { createPolyphaseKernel } from "../kernels/polyphase.js";
import { createCache } from "./cache.js";
import { besselI0 } from "./window.js";

/** Band-limited interpolation between the samples of a signal. */
export interface ResampleKernel {
  /** Input samples needed on either side of an output sample. */
  reach: number;
  /** Index of the last input sample at or before output sample i. */
  position(i: number): number;
  /**
   * Output samples i, …, i + count − 1 into `out`, of the signal whose sample at time t lies at buffer[t − origin], for t in [max(origin, 0), end),
   * and is 0 elsewhere.
   */
  run(buffer: Float32Array, origin: number, end: number, i: number, count: number, out: Float32Array): void;
}

const stopBandDb = 110;
const passBand = 0.9125;
const beta = 0.1102 * (stopBandDb - 8.7);
/** Half of the kernel's length in samples of the lower rate (Kaiser's formula). */
export const halfWidth = Math.ceil((stopBandDb - 8) / (2.285 * Math.PI * (1 - passBand)) / 2);
/** Twice the cut-off as part of the lower sample rate: the middle of the transition. */
const cutoff = (1 + passBand) / 2;
/** Tables of at most this many numbers hold the kernel exactly; other ratios interpolate in a fine one. */
const tableLimit = 2 ** 20;
const perSample = 1024;

/** The ratio of two rates in lowest terms, when they have one. */
export function lowestTerms(from: number, to: number): { up: number; down: number } | undefined {
  const divisor = gcd(from, to);
  const up = to / divisor;
  const down = from / divisor;
  return Number.isInteger(up) && Number.isInteger(down) ? { up, down } : undefined;
}

/** Kernel at `u` samples of the lower rate from its centre. */
export function kernelAt(u: number): number {
  const x = Math.abs(u);
  if (x >= halfWidth) return 0;
  const sinc = x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x);
  return (sinc * besselI0(beta * Math.sqrt(1 - (x / halfWidth) ** 2))) / besselI0(beta);
}

const kernels = createCache<ResampleKernel>(16);

/** The kernel of two rates; it keeps nothing between calls. */
export function resampleKernel(from: number, to: number): ResampleKernel {
  return kernels(`${from}:${to}`, () => createKernel(from, to));
}

function createKernel(from: number, to: number): ResampleKernel {
  const ratio = Math.min(1, to / from);
  const reach = Math.ceil(halfWidth / ratio);
  const terms = lowestTerms(from, to);
  return terms && terms.up * 2 * reach <= tableLimit
    ? exactKernel(terms.up, terms.down, ratio, reach)
    : fineKernel(from, to, ratio, reach);
}

/** Few phases: their weights are stored, 2·reach a phase. In single precision where SIMD is, exact to −120 dB. */
function exactKernel(up: number, down: number, ratio: number, reach: number): ResampleKernel {
  const taps = 2 * reach;
  const table = new Float64Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    for (let j = 0; j < taps; j++) {
      table[phase * taps + j] = ratio * kernelAt((j - reach + 1 - phase / up) * ratio);
    }
  }
  const position = (i: number) => Math.floor((i * down) / up);
  const simd = createPolyphaseKernel({ up, down, reach, table });
  if (simd) return { reach, position, run: simd.run };
  return {
    reach,
    position,
    run(buffer, origin, end, i, count, out) {
      for (let n = 0; n < count; n++) {
        const base = position(i + n);
        const first = base - reach + 1;
        const to = Math.min(first + taps, end);
        const shift = ((i + n) * down - base * up) * taps - first;
        let sum = 0;
        for (let t = Math.max(first, origin, 0); t < to; t++) sum += table[shift + t] * buffer[t - origin];
        out[n] = sum;
      }
    },
  };
}

/** Many phases: linear interpolation in a table of 1024 points a sample of the lower rate, exact to −125 dB. */
function fineKernel(from: number, to: number, ratio: number, reach: number): ResampleKernel {
  const table = new Float64Array(halfWidth * perSample + 2);
  for (let i = 0; i < table.length; i++) table[i] = ratio * kernelAt(i / perSample);
  const scale = ratio * perSample;
  const limit = halfWidth * perSample;
  return {
    reach,
    position: (i) => Math.floor((i * from) / to),
    run(buffer, origin, end, i, count, out) {
      for (let n = 0; n < count; n++) {
        const time = ((i + n) * from) / to;
        const base = Math.floor(time);
        const last = Math.min(base + reach + 1, end);
        let sum = 0;
        for (let t = Math.max(base - reach + 1, origin, 0); t < last; t++) {
          const u = Math.abs(t - time) * scale;
          if (u >= limit) continue;
          const k = Math.floor(u);
          sum += (table[k] + (table[k + 1] - table[k]) * (u - k)) * buffer[t - origin];
        }
        out[n] = sum;
      }
    },
  };
}

function gcd(a: number, b: number): number {
  let x = a;
  let y = b;
  if (!Number.isInteger(x) || !Number.isInteger(y)) return 1;
  while (y > 0) [x, y] = [y, x % y];
  return x;
}
