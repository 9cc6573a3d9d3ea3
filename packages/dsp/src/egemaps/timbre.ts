import type { FrameSpectra } from "./spectra.js";

/** Loudness, spectral balance and cepstrum of every frame: the descriptors that need no pitch. */
export interface Timbre {
  loudness: Float64Array;
  alphaRatio: Float64Array;
  hammarbergIndex: Float64Array;
  slope0: Float64Array;
  slope500: Float64Array;
  flux: Float64Array;
  /** Coefficients 1 to 4. */
  mfcc: Float64Array[];
}

const bands = 26;

export function timbreOf(spectra: FrameSpectra): Timbre {
  const { frames, bins, binHz, magnitudes } = spectra;
  const out: Timbre = {
    loudness: new Float64Array(frames),
    alphaRatio: new Float64Array(frames),
    hammarbergIndex: new Float64Array(frames),
    slope0: new Float64Array(frames),
    slope500: new Float64Array(frames),
    flux: new Float64Array(frames),
    mfcc: Array.from({ length: 4 }, () => new Float64Array(frames)),
  };
  const mel = melBank(bins, binHz);
  const hearing = mel.centres.map(equalLoudness);
  const bin = (hz: number): number => Math.min(bins - 1, Math.round(hz / binHz));
  const [at500, at1000, at1500, at2000, at5000] = [500, 1000, 1500, 2000, 5000].map(bin);
  const power = new Float64Array(bins);
  const decibels = new Float64Array(bins);
  const energies = new Float64Array(bands);
  for (let t = 0; t < frames; t++) {
    const magnitude = magnitudes.subarray(t * bins, (t + 1) * bins);
    for (let k = 0; k < bins; k++) {
      power[k] = magnitude[k] * magnitude[k];
      decibels[k] = 10 * Math.log10(Math.max(power[k], 1e-30));
    }
    mel.apply(power, energies);
    let loudness = 0;
    for (let b = 0; b < bands; b++) loudness += (energies[b] * hearing[b]) ** 0.33;
    out.loudness[t] = loudness / bands;
    out.alphaRatio[t] = ratioDb(sum(power, at1000, at5000 + 1), sum(power, 0, at1000));
    out.hammarbergIndex[t] = ratioDb(max(power, 0, at2000), max(power, at2000, at5000 + 1));
    out.slope0[t] = slope(decibels, 0, at500, binHz);
    out.slope500[t] = slope(decibels, at500, at1500, binHz);
    if (t > 0) out.flux[t] = change(magnitudes, (t - 1) * bins, t * bins, at5000);
    cepstrum(energies, out.mfcc, t);
  }
  return out;
}

const sum = (x: Float64Array, from: number, to: number): number => x.subarray(from, to).reduce((a, b) => a + b, 0);
const max = (x: Float64Array, from: number, to: number): number =>
  x.subarray(from, to).reduce((a, b) => Math.max(a, b), 0);
const ratioDb = (a: number, b: number): number => (a > 0 && b > 0 ? 10 * Math.log10(a / b) : 0);

/** Regression over bins from..to; openSMILE counts one bin too few, which tilts it a little. */
function slope(y: Float64Array, from: number, to: number, binHz: number): number {
  const n = to - from;
  let sx = 0;
  let sxx = 0;
  let sy = 0;
  let sxy = 0;
  for (let k = from; k <= to; k++) {
    sx += k;
    sxx += k * k;
    sy += y[k];
    sxy += k * y[k];
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx) / binHz;
}

function change(magnitudes: Float64Array, before: number, now: number, count: number): number {
  let total = 0;
  for (let k = 0; k < count; k++) total += (magnitudes[now + k] - magnitudes[before + k]) ** 2;
  return Math.sqrt(total / count);
}

/** As HTK: sums of 16-bit samples, logarithm, cosine transform, lifter. */
function cepstrum(energies: Float64Array, out: Float64Array[], t: number): void {
  for (let c = 1; c <= 4; c++) {
    let total = 0;
    for (let b = 0; b < bands; b++) {
      total += Math.log(Math.max(energies[b] * 32767 ** 2, 1e-8)) * Math.cos((Math.PI * c * (b + 0.5)) / bands);
    }
    out[c - 1][t] = total * Math.sqrt(2 / bands) * (1 + 11 * Math.sin((Math.PI * c) / 22));
  }
}

/** Triangles even in mel between 20 Hz and 8 kHz (or half the sample rate). */
function melBank(bins: number, binHz: number) {
  const toMel = (hz: number): number => 1127 * Math.log(1 + hz / 700);
  const low = toMel(20);
  const step = (toMel(Math.min(8000, (bins - 1) * binHz)) - low) / (bands + 1);
  const centres = Array.from({ length: bands }, (_, b) => 700 * (Math.exp((low + (b + 1) * step) / 1127) - 1));
  // Each bin feeds two neighbours: share goes to the upper one. The bin next to 0 Hz is left out.
  const band = new Int32Array(bins).fill(-2);
  const share = new Float64Array(bins);
  for (let k = 2; k < bins; k++) {
    const place = (toMel(k * binHz) - low) / step;
    if (place < 0 || place > bands + 1) continue;
    band[k] = Math.floor(place) - 1;
    share[k] = place - Math.floor(place);
  }
  return {
    centres,
    apply(power: Float64Array, out: Float64Array): void {
      out.fill(0);
      for (let k = 2; k < bins; k++) {
        const b = band[k];
        if (b >= 0 && b < bands) out[b] += (1 - share[k]) * power[k];
        if (b >= -1 && b + 1 < bands) out[b + 1] += share[k] * power[k];
      }
    },
  };
}

/** How well the ear hears a frequency. Source: Hermansky 1990, with openSMILE's exponent of the upper roll-off. */
function equalLoudness(hz: number): number {
  const w2 = (2 * Math.PI * hz) ** 2;
  const w7 = (2 * Math.PI * hz) ** 7;
  return (1e32 * (w2 + 56.8e6) * w2 * w2) / ((w2 + 6.3e6) ** 2 * (w2 + 0.38e9) * (w7 + 1.7e31));
}
