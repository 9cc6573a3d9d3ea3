import { createFft } from "../core/fft.js";
import { windowDoubles } from "../core/window.js";

/** Bins of a filter's spectrum that count. */
export interface Wavelet {
  at: Uint32Array;
  fRe: Float64Array;
  fIm: Float64Array;
}

/** Spectrum of a windowed complex tone of `length` samples, without the smallest bins that together make one per cent of it. */
export function wavelet(frequency: number, length: number, rate: number, nFft: number, scale: number): Wavelet {
  const first = Math.floor(-length / 2);
  const count = Math.ceil(Math.floor(length / 2) - first);
  const window = windowDoubles("hann", count);
  const sum = window.reduce((a, b) => a + b, 0);
  const re = new Float64Array(nFft);
  const im = new Float64Array(nFft);
  const offset = Math.floor((nFft - count) / 2);
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * frequency * (first + i)) / rate;
    const height = ((window[i] / sum) * length * scale) / nFft;
    re[offset + i] = height * Math.cos(angle);
    im[offset + i] = height * Math.sin(angle);
  }
  createFft(nFft).forward(re, im);
  const sizes = Float64Array.from({ length: 1 + nFft / 2 }, (_, k) => Math.hypot(re[k], im[k]));
  const sorted = sizes.slice().sort();
  const total = sorted.reduce((a, b) => a + b, 0);
  let small = 0;
  let below = 0;
  while ((below + sorted[small]) / total < 0.01) below += sorted[small++];
  const at = Uint32Array.from(sizes.keys()).filter((k) => sizes[k] >= sorted[small]);
  return { at, fRe: Float64Array.from(at, (k) => re[k]), fIm: Float64Array.from(at, (k) => im[k]) };
}
